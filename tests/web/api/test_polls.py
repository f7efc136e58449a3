"""Polls: they count like reactions, and a retired choice keeps its history."""

import json
import re
from typing import Any

import pytest

from tests.support.desk import invited
from tests.support.server import Answer, Serve, Server, complaint, nonce, settled

POLL: dict[str, Any] = {
    "question": "Should the library stay open?",
    "choices": [
        {"key": "yes", "label": "Yes", "emoji": "✅"},
        {"key": "no", "label": "No", "emoji": "❌"},
    ],
}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(
        READBACK_NEW_READERS="1000", READBACK_NEW_READERS_WIDE="1000", READBACK_READS="0"
    )
    running.prepare("site", "set", "home", "--poll", "library", json.dumps(POLL))

    def asked() -> Any:
        return poll_bar(running, "x").get("question")

    settled(asked, POLL["question"])  # every worker knows of it
    return running


def poll_bar(server: Server, article: str) -> Any:
    return server.uncached(f"/v1/bar?site=home&article={article}&poll=library").json


def test_a_poll_is_counted_apart_from_the_reactions_of_its_article(
    own: Server, article: str
) -> None:
    first = own.react(article=article, poll="library", reaction="yes", nonce=nonce())
    assert first.json["counts"] == {"yes": 1, "no": 0}
    token = first.json["token"]
    assert own.react(article=article, token=token).json["counts"]["love"] == 1
    changed = own.react(article=article, poll="library", reaction="no", seq=2, token=token)
    assert changed.json["counts"] == {"yes": 0, "no": 1}
    bar = poll_bar(own, article)
    assert bar["question"] == POLL["question"] and bar["counts"] == {"yes": 0, "no": 1}
    assert own.counts(article)["counts"]["love"] == 1
    counts = own.get(f"/v1/counts?site=home&article={article}&poll=library").json
    assert counts["articles"][article]["total"] == 1
    own.prepare("verify")


def test_a_poll_has_a_form_too(own: Server, article: str) -> None:
    form = own.get(f"/r/home/{article}?poll=library").body.decode()
    assert POLL["question"] in form and "Yes, 0 votes" in form
    assert f'action="/r/home/{article}?poll=library"' in form


@pytest.mark.parametrize("poll", ["nothing", "", "a b", 5])
def test_a_vote_on_an_unknown_poll_is_refused(own: Server, article: str, poll: str | int) -> None:
    answer = own.react(article=article, poll=poll, reaction="yes", nonce=nonce())
    assert (answer.status, answer.code) == (400, "bad_field")


def test_a_choice_of_the_reactions_is_refused_in_a_poll(own: Server, article: str) -> None:
    answer = own.react(article=article, poll="library", reaction="love", nonce=nonce())
    assert (answer.status, answer.code) == (400, "bad_field")


@pytest.mark.parametrize(
    "choices",
    [
        [],
        POLL["choices"][:1],
        POLL["choices"] * 2,
        [{"key": "A", "label": "", "emoji": ""}] * 2,
        [{"key": f"c{n}", "label": "x", "emoji": ""} for n in range(16)],
    ],
)
def test_a_poll_needs_2_to_15_distinct_choices(own: Server, choices: list[dict[str, str]]) -> None:
    bad = json.dumps({"question": "?", "choices": choices})
    refused = own.cli("site", "set", "home", "--poll", "bad", bad)
    assert refused.returncode == 1 and "2 to 15 choices" in refused.stderr
    assert complaint(refused).count("\n") == 1
    assert own.get("/v1/bar?site=home&article=a&poll=bad").status == 400


def test_a_retired_choice_keeps_its_history_and_its_number(own: Server, article: str) -> None:
    def ask(*choice_keys: str) -> None:
        choices = [{"key": key, "label": key, "emoji": "🔤"} for key in choice_keys]
        poll = json.dumps({"question": "?", "choices": choices})
        own.prepare("site", "set", "home", "--poll", "changing", poll)

        def asked() -> Any:
            bar = own.uncached("/v1/bar?site=home&article=x&poll=changing").json
            return [c["key"] for c in bar.get("choices", [])]

        settled(asked, list(choice_keys))

    def vote(reaction: str) -> Answer:
        return own.react(article=article, poll="changing", nonce=nonce(), reaction=reaction)

    ask("a", "b")
    vote("b")
    ask("c", "a")
    assert vote("c").json["counts"] == {"c": 1, "a": 0}
    assert vote("b").status == 400
    ask("b", "c")
    assert vote("c").json["counts"] == {"b": 1, "c": 2}


def test_the_desk_shows_a_poll_by_itself_and_leaves_it_out_of_reaction_figures(
    own: Server, article: str
) -> None:
    token = own.react(article=article, nonce=nonce()).json["token"]
    for _ in range(2):
        own.react(article=article, poll="library", reaction="no", nonce=nonce())
    answer = own.react(article=article, poll="library", reaction="yes", token=token)
    editor = invited(own, f"ed{nonce()[:6]}", "home:editor")
    story_id = own.react(article=article, seq=2, token=token).json["article"]
    story = editor.get(f"/desk/home/articles/{story_id}")
    assert b"Questions on this story" in story.body and b"3 votes" in story.body
    path = f"/desk/home/articles/{answer.json['article']}"
    assert path.encode() in story.body
    page = editor.get(path)
    assert POLL["question"].encode() in page.body and story_id.encode() in page.body
    tables = editor.get(f"{path}?format=json").json["tables"]
    assert [(row["reaction"], row["votes"]) for row in tables["mix"]] == [("yes", 1), ("no", 2)]
    assert "article" not in tables
    listed = editor.get("/desk/home/articles?format=json").json["tables"]["articles"]
    ids = [row["id"] for row in listed]
    assert story_id in ids and answer.json["article"] not in ids
    merge = editor.get(f"{path}/merges/new?into={own.origin}/desk/home/articles/{story_id}")
    assert merge.status == 409
    made = editor.post(
        "/desk/home/links/", label="Council", days="7", article=answer.json["article"]
    )
    [shared] = re.findall(r"/shared/home/[\w-]+", made.body.decode())
    assert POLL["question"].encode() in own.get(shared).body
    own.prepare("verify")
