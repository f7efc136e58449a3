"""Pages count as reads of their network; files, health and the desk of editors do not."""

from collections.abc import Iterator

import pytest

from tests.support.desk import invited
from tests.support.server import Answer, Serve, Server

MOST = 5
COUNTED = [
    "/",
    "/articles/talent-visa",
    "/articles/talent-visa/react",
    "/articles/talent-visa/comments",
    "/articles/nothing-here",
    "/r/home/a",
    "/integrity/home",
    "/openheart/home/a",
    "/shared/home/nothing",
    "/desk/login",
    "/desk/welcome/nothing",
    "/desk/account",
    "/nothing",
]
FREE = ["/healthz", "/embed.js", "/embed.v1.js", "/comments.js", "/static/css/pages.css"]


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_READS=str(MOST))


@pytest.fixture(scope="module")
def addresses() -> Iterator[str]:
    return (f"198.51.100.{number}" for number in range(1, 255))


def flood(server: Server, path: str, address: str) -> Answer:
    """Read a path until it is refused, but no longer than two minutes' limits allow."""
    for _ in range(2 * MOST + 2):
        answer = server.get(path, X_Forwarded_For=address)
        if answer.status == 429:
            break
    return answer


@pytest.mark.parametrize("path", COUNTED)
def test_a_flood_of_pages_is_refused_with_the_time_to_wait(
    own: Server, addresses: Iterator[str], path: str
) -> None:
    address, other = next(addresses), next(addresses)
    refused = flood(own, path, address)
    assert refused.status == 429 and 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Cache-Control"] == "no-store"
    is_page = refused.headers["Content-Type"].startswith("text/html")
    assert is_page == (not path.startswith("/openheart/"))
    assert own.get(path, X_Forwarded_For=other).status != 429


def test_pages_and_reads_of_the_api_share_one_limit(own: Server, addresses: Iterator[str]) -> None:
    address = next(addresses)
    assert flood(own, "/v1/bar?site=home&article=a", address).status == 429
    assert flood(own, "/", address).status == 429


def test_forms_count_too_so_a_wrong_one_is_no_way_around(
    own: Server, addresses: Iterator[str]
) -> None:
    address = next(addresses)
    statuses = [
        own.request("POST", "/articles/talent-visa/comments", b"", X_Forwarded_For=address).status
        for _ in range(2 * MOST + 2)
    ]
    assert statuses[0] == 400 and 429 in statuses


@pytest.mark.parametrize("path", FREE)
def test_a_file_is_free(own: Server, addresses: Iterator[str], path: str) -> None:
    address = next(addresses)
    answers = [own.get(path, X_Forwarded_For=address) for _ in range(4 * MOST)]
    assert {answer.status for answer in answers} == {200}


def test_the_desk_is_free_for_editors_who_have_signed_in(serve: Serve) -> None:
    server = serve(READBACK_READS="20")
    browser = invited(server, "alice", "admin")
    assert {browser.get("/desk/account").status for _ in range(45)} == {200}
    assert flood_of(server, 45) == 429
    assert browser.get("/desk/account").status == 200


def flood_of(server: Server, reads: int) -> int:
    return [server.get("/").status for _ in range(reads)][-1]
