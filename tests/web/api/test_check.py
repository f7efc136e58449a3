"""POST /v1/check, and the origins in answers of reads: what tells a page that it may not vote."""

import json

from tests.support.server import Server


def check(server: Server, origin: str, **tag: object) -> list[str]:
    answer = server.request(
        "POST",
        "/v1/check",
        json.dumps(tag).encode(),
        Content_Type="text/plain;charset=UTF-8",
        Origin=origin,
    )
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", origin)
    found: list[str] = answer.json["mistakes"]
    return [mistake.partition("\n")[0] for mistake in found]


def test_a_page_of_any_origin_learns_what_is_wrong_with_its_tag(server: Server) -> None:
    assert check(server, server.origin, site="home", article="a") == []
    assert check(server, server.origin, site="nevvs") == ['unknown site "nevvs"']
    assert check(server, server.origin) == ["no site"]
    assert check(server, "https://x.example", site="home", layout="x", poll="y") == [
        'unknown layout "x"',
        'unknown question "y"',
        "this page may not vote",
    ]
    odd = {"site": ["home"], "names": {"a": 1}, "layout": 7}
    assert check(server, server.origin, **odd) == ["no site"]


def test_a_read_names_the_origins_that_may_vote_whatever_page_asks(server: Server) -> None:
    """The answer is cached by its address, so it cannot depend on who asks."""
    for path in ("/v1/bar?site=home&article=a&lang=en", "/v1/counts?site=home&article=a&lang=en"):
        answers = [
            server.get(path, Origin=origin) for origin in (server.origin, "https://x.example")
        ]
        assert server.origin in answers[0].json["origins"]
        assert {answer.headers.get("Vary") for answer in answers} == {None}
        assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    assert "origins" not in server.get("/v1/counts?site=home&article=a").json
