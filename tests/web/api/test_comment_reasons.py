"""Reasons over HTTP: reports with a kind, removals that their author reads, second looks."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.commenter import Commenter, listed
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Serve, Server

QUEUE = "/desk/home/comments"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(READBACK_READS="0", READBACK_COMMENTS="0", READBACK_NEW_READERS="60")


@pytest.fixture(scope="module")
def mod(own: Server) -> DeskBrowser:
    return invited(own, "mara", "home:moderator")


@pytest.fixture
def ana(own: Server, article: str) -> Commenter:
    return Commenter(own, article)


@pytest.fixture
def ben(own: Server, article: str) -> Commenter:
    return Commenter(own, article)


@pytest.fixture
def act(mod: DeskBrowser) -> Callable[..., None]:
    def act(one: str, **fields: str) -> None:
        answer = mod.post(f"{QUEUE}/acts", f"{QUEUE}?show=all", one=one, **fields)
        assert answer.status == 303, answer.body

    return act


def own_of(reader: Commenter, *ids: str) -> list[Any]:
    found: list[Any] = reader.send("/v1/comments/own", ids=list(ids)).json["comments"]
    return found


def statements(mod: DeskBrowser) -> list[Any]:
    found: list[Any] = mod.get(f"{QUEUE}?show=all&format=json").json["tables"]["statements"]
    return found


def test_an_author_reads_why_a_comment_was_removed_and_asks_for_a_second_look(
    own: Server,
    article: str,
    ana: Commenter,
    ben: Commenter,
    mod: DeskBrowser,
    act: Callable[..., None],
) -> None:
    one = ana.post("You are a fool.").json["id"]
    other = ben.post("A calm word.").json["id"]
    [seen] = own_of(ana, one, other)
    assert (seen["id"], seen["state"], seen["removal"]) == (one, "published", None)
    assert ana.act(one, "look").code == "too_late"

    act(f"hide {one}", reason="insult", note="Not the\u202e person,\n please.")
    assert [each["id"] for each in listed(own, article).json["comments"]] == [other]
    assert own_of(ben, one) == []
    [seen] = own_of(ana, one)
    assert (seen["state"], seen["text"], seen["name"]) == ("removed", "You are a fool.", "Ana")
    removal = seen["removal"]
    assert (removal["reason"], removal["note"]) == ("insult", "Not the person, please.")
    assert removal["automatic"] is False and removal["look"] is None and "mara" not in str(seen)

    assert ben.act(one, "look").code == "not_yours"
    for _ in range(2):
        asked = ana.act(one, "look")
        assert asked.json["removal"]["look"]["state"] == "asked"
    queue = mod.get(QUEUE).body.decode()
    assert f"c-{one}" in queue and "Asks for a second look" in queue
    assert "mara removed it on" in queue and "Personal attack: Not the person, please." in queue
    act(f"hide {one}", note="It stays.", reason="insult")
    [seen] = own_of(ana, one)
    look = seen["removal"]["look"]
    assert (look["state"], look["note"], seen["state"]) == ("upheld", "It stays.", "removed")
    case = mod.get(f"{QUEUE}/{one}").body.decode()
    assert "Statements of reasons" in case and "upheld by mara" in case
    [row] = [r for r in statements(mod) if r["comment"] == one]
    assert (row["act"], row["automatic"], row["by"]) == ("hide", "no", "mara")
    assert (row["reason_name"], row["note"]) == ("Personal attack", "Not the person, please.")
    assert (row["second_look"], row["answer"]) == ("upheld", "It stays.")
    assert "fool" not in mod.get(f"{QUEUE}?show=all&format=csv").body.decode()
    act(f"publish {one}")
    [seen] = own_of(ana, one)
    assert (seen["state"], seen["removal"]) == ("published", None)


def test_an_author_reads_a_deleted_text_for_the_second_look(
    own: Server, ana: Commenter, act: Callable[..., None]
) -> None:
    one = ana.post("My number is 555-0100.").json["id"]
    act(f"delete {one}", reason="private")
    [seen] = own_of(ana, one)
    assert (seen["state"], seen["text"]) == ("removed", "My number is 555-0100.")
    assert ana.act(one, "look").json["removal"]["look"]["state"] == "asked"
    act(f"publish {one}")
    [seen] = own_of(ana, one)
    assert (seen["state"], seen["removal"]["look"]["state"]) == ("published", "reversed")


def test_a_report_has_a_reason_and_an_older_script_sends_none(
    own: Server, ana: Commenter, ben: Commenter, mod: DeskBrowser, act: Callable[..., None]
) -> None:
    one = ana.post("Buy my ovens.").json["id"]
    sent = ben.act(one, "report", reason="spam", note="The third today.")
    assert sent.json == {"id": one, "reported": True, "reason": "spam", "token": ben.token}
    queue = mod.get(QUEUE).body.decode()
    assert "Reported: advertising" in queue and "The third today." in queue
    act(f"publish {one}")
    assert f"c-{one}" not in mod.get(QUEUE).body.decode()
    assert ben.act(one, "report").json["reason"] == "unspecified"
    queue = mod.get(QUEUE).body.decode()
    assert "New reason: no reason given" in queue
    assert "with reports of: advertising" in queue


@pytest.mark.parametrize(
    "fields",
    [{"reason": "boring"}, {"reason": ["spam"]}, {"reason": 5}, {"note": 5}, {"note": "x" * 201}],
)
def test_a_report_without_a_known_reason_is_refused(
    ana: Commenter, ben: Commenter, fields: dict[str, Any]
) -> None:
    one = ana.post(f"To report: {fields}").json["id"]
    assert ben.act(one, "report", **fields).code == "bad_field"


@pytest.mark.parametrize("ids", [None, "x", ["x"], [5], ["0" * 20] * 21, {}])
def test_a_list_of_own_comments_names_comments(ana: Commenter, ids: Any) -> None:
    ana.post()
    assert ana.send("/v1/comments/own", ids=ids).code == "bad_field"


def test_a_reader_who_wrote_nothing_has_no_comments(ana: Commenter, ben: Commenter) -> None:
    one = ana.post().json["id"]
    assert ben.send("/v1/comments/own", ids=[one]).code == "bad_token"  # a nonce names nobody


def test_a_network_brings_back_a_bounded_number_of_approved_comments(
    own: Server, ana: Commenter, ben: Commenter, mod: DeskBrowser, act: Callable[..., None]
) -> None:
    ids = [ana.post(f"Number {n} of the many.").json["id"] for n in range(12)]
    for one in ids:
        act(f"publish {one}")
        assert ben.act(one, "report", reason="hate").status == 200
    queue = mod.get(QUEUE).body.decode()
    back = [one for one in ids if f"c-{one}" in queue]
    assert 5 <= len(back) <= 10 and back == ids[: len(back)]


def test_comments_come_best_first_and_in_pages(
    own: Server, article: str, ana: Commenter, ben: Commenter
) -> None:
    ids = [ana.post(f"Thought {n}.").json["id"] for n in range(5)]
    assert ben.act(ids[1], "vote", up=True, seq=1).json["ups"] == 1
    page = listed(own, article, limit=2).json
    assert page["order"] == "best"
    assert [one["text"] for one in page["comments"]] == ["Thought 1.", "Thought 4."]
    for name in ("after", "before"):  # an older script sends "after"
        more = listed(own, article, limit=2, order="best", **{name: page["next"]}).json
        assert [one["text"] for one in more["comments"]] == ["Thought 3.", "Thought 2."]
    older = listed(own, article, before=ids[1]).json  # a client from before there was a best
    assert [one["id"] for one in older["comments"]] == [ids[0]]
    assert listed(own, article, after="1.x").code == "bad_field"
    assert listed(own, article, order="newest", before=page["next"]).code == "bad_field"
