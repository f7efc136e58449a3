"""``readback simulate`` against a running server: it succeeds, and reports what is wrong."""

import random
from collections.abc import Iterator
from contextlib import closing

import pytest
import redis

from tests.support.server import LIMITED, Serve, Server, nonce
from widget.simulation.readers import (
    Acknowledged,
    Service,
    SimulationFailed,
    Step,
    differences,
    run_reader,
    steps,
)


def test_readers_on_a_crowded_network_do_proofs_of_work_and_every_sum_is_right(
    serve: Serve,
) -> None:
    server = serve()
    ended = server.cli("simulate", "--readers", "40", "--articles", "4", "--seed", "1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "40 readers" in ended.stdout and " 20 proofs of work" in ended.stdout
    assert "All 4 articles have exactly the votes acknowledged." in ended.stdout
    assert "Every total is the sum of its parts." in ended.stdout


def test_votes_beyond_the_allowance_of_the_network_are_reported_as_held(serve: Serve) -> None:
    server = serve(**LIMITED, READBACK_NEW_READERS="1000")
    ended = server.cli("simulate", "--readers", "60", "--articles", "1", "--seed", "1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "10 votes are held for an editor" in ended.stdout
    assert "All 1 articles have exactly the votes acknowledged." in ended.stdout


def test_more_new_stories_than_a_network_may_begin_are_explained(serve: Serve) -> None:
    server = serve(**{**LIMITED, "READBACK_NEW_STORIES": "2"})
    ended = server.cli("simulate", "--readers", "20", "--articles", "20", "--seed", "1")
    assert ended.returncode == 1
    assert "raise its limits (docs/settings.md)" in ended.stderr


def test_a_wrong_total_in_the_store_ends_it_with_1(serve: Serve) -> None:
    server = serve(READBACK_NEW_READERS="1000")
    assert server.react(nonce=nonce()).status == 200
    corrupt_the_total(server)
    ended = server.cli("simulate", "--readers", "2", "--articles", "1")
    assert ended.returncode == 1
    assert "exactly the votes acknowledged" in ended.stdout
    assert "totals are not the sum of their parts" in ended.stdout


def corrupt_the_total(server: Server) -> None:
    with redis.Redis(unix_socket_path=str(server.data_dir / "valkey.sock")) as client:
        [timeline] = client.keys("rb:{home:*}:t:*")
        [hour, *_] = client.hkeys(timeline)
        client.hincrby(timeline, hour, 5)


def test_a_server_that_does_not_answer_ends_it_with_one_line(server: Server) -> None:
    ended = server.cli("simulate", "--readers", "1", "--url", "http://127.0.0.1:1")
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert "http://127.0.0.1:1 does not answer" in line


@pytest.fixture
def service(server: Server) -> Iterator[Service]:
    with closing(Service(server.origin, "home", server.origin)) as service:
        yield service


def test_a_vote_that_was_not_acknowledged_is_reported(
    server: Server, service: Service, article: str
) -> None:
    tally = Acknowledged()
    run_reader(service, iter([Step(article, "love", 1, "love", 1)]), tally)
    assert differences(service, tally) == []
    server.react(article=article, nonce=nonce(), reaction="sad")
    [line] = differences(service, tally)
    assert article in line and "'sad': 1" in line


def test_a_response_that_does_not_follow_from_the_votes_is_reported(
    service: Service, article: str
) -> None:
    with pytest.raises(SimulationFailed, match="love"):
        run_reader(service, iter([Step(article, "love", 1, "sad", 1)]), Acknowledged())


def test_the_same_seed_makes_the_same_readers() -> None:
    articles, choices = ["a", "b", "c", "d"], ["love", "sad"]
    one, again, other = (
        [list(steps(rng, articles, choices)) for _ in range(50)]
        for rng in (random.Random(1), random.Random(1), random.Random(2))
    )
    assert one == again != other
    acts = [step for reader in one for step in reader]
    assert any(step.reaction is None for step in acts)
    assert any(step.reaction != step.expected for step in acts), "none came late"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--direct", "--readers", "3"), "--readers is for votes over HTTP"),
        (("--votes", "10"), "--votes needs --direct"),
        (("--direct", "--articles", "3"), "--articles of at least 10"),
        (("--direct", "--articles", "10"), "home is not for simulations"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    server: Server, options: tuple[str, ...], named: str
) -> None:
    ended = server.cli("simulate", *options)
    assert ended.returncode == 1 and named in ended.stderr
