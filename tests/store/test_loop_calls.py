"""Calls of scripts that an event loop waits for, on one connection to a real server."""

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.conftest import NOW_S
from tests.store.test_connect import valkey
from tests.support.event_loop import in_loop, in_own_thread
from widget.domain.article import resolve_for
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.connection.waiting import WouldWait
from widget.store.loop_calls import LoopCalls, NotNow
from widget.store.reactions.tallies import Question, Replies, Wanted
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.scripts import Script
from widget.store.sites import Sites
from widget.store.steps import Steps, run

T = TypeVar("T")
SITE = Site("news", "The News", ("https://news.example",))
STORY = resolve_for(SITE, "story")


async def answered(calls: LoopCalls, steps: Steps[Any]) -> Any:
    """Run steps whose calls all are the loop's."""
    reply: Any = None
    try:
        while True:
            call = steps.send(reply)
            assert call is not None
            reply = await calls.reply(call)
    except StopIteration as end:
        return end.value


def casting(reactions: Reactions, mark: bytes, choice: int = 1) -> Steps[Any]:
    return reactions.casting(SITE, STORY, Voter(mark), Cast(1, choice, NOW_S, 7))


def test_replies_go_to_those_who_asked_and_every_vote_counts_once(
    connection: Connection, reactions: Reactions
) -> None:
    run(casting(reactions, b"first..."))

    async def crowd(calls: LoopCalls) -> Any:
        voters = [(os.urandom(8), 1 + n % 7) for n in range(300)] * 2
        return await asyncio.gather(
            *(answered(calls, casting(reactions, mark, choice)) for mark, choice in voters)
        )

    tallies = in_loop(connection, crowd)
    assert [tally.choice for tally in tallies] == [1 + n % 7 for n in range(300)] * 2
    assert sorted(sum(tally.counts) for tally in tallies[:300]) == list(range(2, 302))
    assert all(tally.is_repeat and sum(tally.counts) == 301 for tally in tallies[300:])


def test_an_error_is_left_to_a_thread_and_the_connection_goes_on(
    connection: Connection, reactions: Reactions
) -> None:
    run(casting(reactions, b"first..."))
    unknown = Script(connection, "reactions/admit.lua").call(("k",), ())

    async def act(calls: LoopCalls) -> Any:
        with pytest.raises(NotNow):
            await calls.reply(unknown)
        return await answered(calls, casting(reactions, b"second.."))

    assert sum(in_loop(connection, act).counts) == 2


def test_readers_who_ask_the_same_at_the_same_time_share_one_reply(
    connection: Connection, reactions: Reactions
) -> None:
    run(casting(reactions, b"first..."))
    replies = Replies(connection)
    of = Wanted.of(SITE, STORY, 7)

    async def act(calls: LoopCalls) -> Any:
        before = connection.client.info("commandstats")["cmdstat_hmget"]["calls"]
        asked = [calls.reply(Question((of,), replies)) for _ in range(50)]
        hung_up = asyncio.ensure_future(asked.pop())
        await asyncio.sleep(0)
        hung_up.cancel()
        found = await asyncio.gather(*asked)
        later = await calls.reply(Question((of,), replies))
        asked_of_store = connection.client.info("commandstats")["cmdstat_hmget"]["calls"] - before
        return [*found, later], asked_of_store

    connection.client.hmget("warm", "x")
    found, asked_of_store = in_loop(connection, act)
    assert len(found) == 50 and all(reply == {of: replies.read([of])[0]} for reply in found)
    assert asked_of_store == 2


def test_a_call_that_waits_for_replicas_is_no_loops() -> None:
    waiting = Connection("redis://127.0.0.1:1/0", timeout_ms=100, replicas=1)
    call = Script(waiting, "reactions/admit.lua", is_replicated=True).call(("k",), ())
    with pytest.raises(NotNow):
        in_own_thread(LoopCalls(waiting, timeout_s=1).reply(call))


@pytest.mark.parametrize(
    "url", ["rediss://:p@127.0.0.1:1/0", "redis+cluster://127.0.0.1:1", "redis://127.0.0.1:1/0"]
)
def test_there_is_no_loops_connection_with_tls_to_a_cluster_or_while_nobody_listens(
    url: str,
) -> None:
    async def tries() -> bool:
        calls = LoopCalls(Connection(url, timeout_ms=100), timeout_s=0.1)
        for _ in range(30):
            if calls.are_possible:
                return True
            await asyncio.sleep(0.01)
        return False

    assert not in_own_thread(tries())


def test_a_server_that_hangs_is_given_up_in_time_and_every_thread_knows(tmp_path: Path) -> None:
    with valkey(tmp_path / "v") as port:
        connection = Connection(f"redis://127.0.0.1:{port}/0", timeout_ms=500)
        reactions = Reactions(connection)
        run(casting(reactions, b"first..."))
        pid = int(connection.client.info("server")["process_id"])

        async def act(calls: LoopCalls) -> float:
            os.kill(pid, signal.SIGSTOP)
            began_s = asyncio.get_running_loop().time()
            asked = [answered(calls, casting(reactions, os.urandom(8))) for _ in range(20)]
            found = await asyncio.gather(*asked, return_exceptions=True)
            took_s = asyncio.get_running_loop().time() - began_s
            assert all(isinstance(one, NotNow) for one in found) and not calls.are_possible
            return took_s

        try:
            assert 0.4 < in_loop(connection, act, timeout_s=0.5) < 5
            assert connection.client.connection.node.is_troubled
        finally:
            os.kill(pid, signal.SIGCONT)


def test_a_connection_that_is_lost_is_made_anew(tmp_path: Path) -> None:
    with valkey(tmp_path / "v") as port:
        connection = Connection(f"redis://127.0.0.1:{port}/0", timeout_ms=500)
        reactions = Reactions(connection)
        run(casting(reactions, b"first..."))

        async def act(calls: LoopCalls) -> Any:
            connection.client.client_kill_filter(_type="normal", skipme=True)
            lost = await asyncio.gather(
                answered(calls, casting(reactions, b"second..")), return_exceptions=True
            )
            for _ in range(500):
                if calls.are_possible:
                    break
                await asyncio.sleep(0.01)
            return lost, await answered(calls, casting(reactions, b"second.."))

        [lost], again = in_loop(connection, act)
        assert isinstance(lost, NotNow) and sum(again.counts) == 2


def test_a_server_that_has_moved_gets_no_more_calls(connection: Connection) -> None:
    async def act(calls: LoopCalls) -> bool:
        connection.client.connection.node.moved("elsewhere")
        return calls.are_possible

    assert not in_loop(connection, act)


def test_trouble_makes_no_further_connections(connection: Connection) -> None:
    node = connection.client.connection.node

    async def act(calls: LoopCalls) -> tuple[list[bool], int]:
        before = len(connection.client.client_list())
        node.is_troubled = True
        found = []
        for _ in range(15):
            found.append(calls.are_possible)
            await asyncio.sleep(0.1)
        node.is_troubled = False
        return [*found, calls.are_possible], len(connection.client.client_list()) - before

    found, more = in_loop(connection, act)
    assert found == [False] * 15 + [True]
    assert more <= 0  # those of tests before this one may end meanwhile


def test_a_thread_that_must_not_wait_never_asks_the_store(connection: Connection) -> None:
    sites = Sites(connection, Site("home", "Home", ("http://localhost:8000",)))
    asked = connection.client.info("stats")["total_commands_processed"]
    met: list[object] = []

    def loop_thread() -> None:
        connection.never_wait_here()
        for act in (sites.all, lambda: sites.get("home"), lambda: connection.client.ping()):
            try:
                met.append(act())
            except WouldWait:
                met.append(WouldWait)

    thread = threading.Thread(target=loop_thread)
    thread.start()
    thread.join()
    assert met == [WouldWait] * 3
    assert connection.client.info("stats")["total_commands_processed"] == asked + 1
    assert sites.get("home").key == "home"  # others may wait as before
