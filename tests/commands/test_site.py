"""``readback site`` beside a running server: it accepts exactly the settings the desk accepts."""

import json
from typing import Any

import pytest

from tests.support.server import Serve, Server, complaint

LIKE = {"key": "like", "label": "Like", "emoji": "👍"}
SAD = {"key": "sad", "label": "Sad", "emoji": "😢"}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve()
    added = running.cli("site", "add", "news", "--origin", "https://news.example")
    assert added.returncode == 0, added.stderr
    return running


def question(*choices: object, **fields: object) -> str:
    """Return the JSON of a question, which is right unless a test makes it wrong."""
    return json.dumps({"question": "How was it?", "choices": choices or (LIKE, SAD), **fields})


def change(server: Server, *options: str) -> Any:
    """Change the site, and return it as the command prints it."""
    done = server.cli("site", "set", "news", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(server: Server, *options: str) -> str:
    """Return the one line that refuses a change."""
    refused = server.cli("site", "set", "news", *options)
    assert refused.returncode == 1, refused.stdout
    assert complaint(refused).count("\n") == 1, refused.stderr
    assert options[0].partition("=")[0] in refused.stderr
    return refused.stderr


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (question(LIKE, {**SAD, "label": "x" * 5000}), "at most 24 characters"),
        (question(LIKE, {**SAD, "label": " "}), "Choice 2: The label is missing"),
        (question(LIKE, {**SAD, "label": "LIKE"}), "same label"),
        (question(LIKE, {**SAD, "emoji": ""}), "Choice 2: The emoji is missing"),
        (question(LIKE, {**SAD, "key": "A b"}), "Choice 2: A key has 1 to 32"),
        (question(LIKE, {**SAD, "color": "#fff"}), "unknown field `color`"),
        (question(question="\u202e"), "The question is missing"),
        (question(question=5), "$.question"),
        ('{"question": "A", "question": "B", "choices": []}', "twice"),
        ("", "JSON object"),
    ],
)
def test_reactions_that_the_desk_refuses_are_refused(own: Server, wrong: str, message: str) -> None:
    said = refusal(own, "--reactions", wrong)
    assert message in said and "2 to 15 choices" in said


@pytest.mark.parametrize(
    "options",
    [
        ("--poll", "rents", question(LIKE, {**SAD, "label": "x" * 5000})),
        ("--poll", "A b", question()),
        ("--section-reactions", "sport", question(LIKE, {**SAD, "emoji": ""})),
        ("--section-reactions", " \u202e", question()),
        ("--name", " "),
        ("--origin", ""),
        tuple(f"--origin=https://{n}.example" for n in range(51)),
        ("--time-zone", "Europe/Atlantis"),
        ("--time-zone", "a\x1b[2J"),
        ("--open-days", "366"),
        ("--open-days", "1_0"),
        ("--keep-parameters", "id access_token"),
        ("--drop-parameters", "?ref=1"),
        ("--comments", '{"hold_links": 51}'),
        ("--comments", '{"hold_fast_s": 1000000000}'),
        ("--comments", '{"sort": "newest"}'),
        ("--comments", '{"enabled": true, "enabled": false}'),
        ("--comments", json.dumps({"reserved": ["x" * 51]})),
        ("--text", "en", "vote.few", "{label}, {n} votes"),
        ("--text", "en", "label.A b", "Like"),
        ("--text", "en", "question", "\udcff"),
    ],
    ids=lambda options: " ".join(options)[:40],
)
def test_a_setting_that_the_desk_refuses_is_refused(own: Server, options: tuple[str, ...]) -> None:
    assert len(refusal(own, *options)) > 35


def test_a_refused_change_stores_none_of_its_values(own: Server) -> None:
    before = change(own)
    refusal(own, "--open-days", "0", "--name", "Another", "--reactions", question())
    assert change(own) == before


def test_parameters_are_set_and_cleared_each_list_by_itself(own: Server) -> None:
    change(own, "--keep-parameters", "utm_id", "--drop-parameters", "Ref, share_*")
    assert change(own)["parameters"] == {"keep": ["utm_id"], "drop": ["ref", "share_*"]}
    assert change(own, "--keep-parameters", "")["parameters"]["drop"] == ["ref", "share_*"]
    assert change(own, "--drop-parameters", "")["parameters"] == {"keep": [], "drop": []}


def test_values_are_cleaned_as_the_desk_cleans_them(own: Server) -> None:
    dirty = {"key": "sad", "label": " S\u202ead\u0000 ", "emoji": "😢 "}
    site = change(
        own,
        *("--name", " The  News\u202e "),
        *("--origin", " HTTPS://News.example:443/ "),
        *("--reactions", question(LIKE, dirty, question="How\nwas it? ")),
        *("--section-reactions", " Sport\u202e" + "x" * 40, question()),
        *("--poll", " Rents ", question()),
        *("--comments", '{"reserved": [" The  Desk", "The Desk, Chief", ""]}'),
        *("--text", "en", "closed", " Closed now "),
        *("--text", "en", "removed", "You took your reaction back"),
        *("--open-days", " 7 "),
        *("--time-zone", " europe/berlin "),
    )
    assert site["name"] == "The News" and site["origins"] == ["https://news.example"]
    reactions = site["reactions"]
    assert (reactions["question"], reactions["choices"]) == ("How was it?", [LIKE, SAD])
    assert {"key": "wow", "label": "Wow", "emoji": "😮"} in reactions["retired"]
    assert list(site["section_reactions"]) == ["sport" + "x" * 35]
    assert list(site["polls"]) == ["rents"]
    assert site["comments"]["reserved"] == ["The Desk", "Chief"]
    assert site["texts"] == {"en": {"closed": "Closed now"}}  # a built-in text is not stored
    assert site["open_days"] == 7 and site["time_zone"] == "Europe/Berlin"


def test_a_question_has_at_most_15_choices_over_its_lifetime(own: Server) -> None:
    def numbered(first: int, end: int) -> str:
        return question(*({**LIKE, "key": f"k{n}", "label": f"L{n}"} for n in range(first, end)))

    change(own, "--poll", "many", numbered(0, 15))
    assert "lifetime" in refusal(own, "--poll", "many", numbered(14, 16))
    assert len(change(own, "--poll", "many", numbered(3, 9))["register"]["many"]) == 15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("login", "--origin", "https://x.example"), "address of the desk"),
        (("a b", "--origin", "https://x.example"), "1 to 32"),
        (("new", "--name", "", "--origin", "https://x.example"), "name is missing"),
        (("new", "--name", "x" * 81, "--origin", "https://x.example"), "80 characters"),
        (("new", "--origin", "http://x.example"), "https://"),
        (("news", "--origin", "https://x.example"), "site set news"),
    ],
)
def test_a_site_that_the_desk_refuses_is_not_added(
    own: Server, arguments: tuple[str, ...], message: str
) -> None:
    refused = own.cli("site", "add", *arguments)
    assert refused.returncode == 1 and message in refused.stderr
    assert complaint(refused).count("\n") == 1


def test_a_new_sites_values_are_cleaned_as_the_desk_cleans_them(own: Server) -> None:
    added = own.cli(
        "site", "add", " Cleaned ", "--name", " The  Post", "--origin", "https://P.example"
    )
    assert added.returncode == 0, added.stderr
    assert "cleaned\tThe Post\thttps://p.example\n" in own.cli("site", "list").stdout


def test_nothing_stored_or_typed_controls_the_terminal(own: Server) -> None:
    name = "Family \U0001f468\u200d\U0001f469 \u2060\U000e0041"
    done = own.cli("site", "add", "family", "--name", name, "--origin", "https://family.example")
    assert done.returncode == 0, done.stderr
    shown = (
        own.cli("site", "list").stdout,
        own.cli("site", "set", "family", "--open-days", "9").stdout,
        own.cli("site", "set", "a\x1b[2J\u202e", "--open-days", "9").stderr,
        own.cli("site", "set", "family", "--name", "a\x1b[2J" * 999).stderr,
        own.cli("site", "set", "family", "--origin", "https://a\x1b[2J").stderr,
        own.cli("import", "pyproject.toml", "--from", "jsonl", "--timezone", "\x1b[2J").stderr,
    )
    assert all(shown)
    for text in shown:
        assert text.translate({ord("\n"): None, ord("\t"): None}).isprintable(), text
    assert json.loads(shown[1])["name"] == name
