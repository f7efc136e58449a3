"""A form of another site's page is refused by its Origin, besides the CSRF token."""

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import UNLIMITED, Answer, Serve, Server

PUBLIC = "https://readback.example"
STORY = "/articles/talent-visa"
FORMS = [f"{STORY}/react", f"{STORY}/comments", "/r/home/elsewhere", "/desk/login"]
EVIL = ["https://evil.example", "null", "", "https://readback.example:444", "https://127.0.0.1"]


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED)


@pytest.fixture(scope="module")
def public(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED, READBACK_PUBLIC_URL=PUBLIC)


def send(server: Server, path: str, **headers: str) -> Answer:
    """Send a form with its token from a browser that has opened it."""
    browser = DeskBrowser(server)
    token = browser.token("/desk/login")  # a form's token is its browser's, whatever the form
    fields = {"csrf_token": token, "name": "Ana", "text": "Sent.", "reaction": "love"}
    return browser.send(path, [*fields.items(), ("password", "x" * 10)], **headers)


@pytest.mark.parametrize("origin", EVIL)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_another_origin_is_refused(own: Server, path: str, origin: str) -> None:
    before = own.counts("talent-visa")["total"]
    answer = send(own, path, Origin=origin)
    assert answer.status == 403 and b"Nothing was changed" in answer.body
    assert "Set-Cookie" not in answer.headers
    assert own.counts("talent-visa")["total"] == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_the_browser_calls_another_sites_is_refused(
    own: Server, path: str, site: str
) -> None:
    assert send(own, path, Sec_Fetch_Site=site).status == 403


@pytest.mark.parametrize("act", ["text", "removal", "report", "vote"])
def test_every_act_on_a_comment_is_checked(own: Server, act: str) -> None:
    answer = send(own, f"{STORY}/comments/{'0' * 20}/{act}", Origin="https://evil.example")
    assert answer.status == 403


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_our_own_origin_or_of_none_is_read(own: Server, path: str) -> None:
    for headers in ({"Origin": own.origin}, {"Sec_Fetch_Site": "same-origin"}):
        assert send(own, path, **headers).status in (201, 303, 422)
    browser = DeskBrowser(own)
    token = browser.token("/desk/login")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    plain = own.request(
        "POST",
        path,
        f"csrf_token={token}&name=x&text=Sent&reaction=sad&password=xxxxxxxxxx".encode(),
        Content_Type="application/x-www-form-urlencoded",
        Cookie=cookies,
    )
    assert plain.status in (303, 422)


def test_the_own_origin_is_the_public_one(public: Server) -> None:
    headers = {"Host": "readback.example"}
    for origin, status in ((PUBLIC, 400), (public.origin, 403), ("http://readback.example", 403)):
        answer = public.request("POST", f"{STORY}/react", b"", Origin=origin, **headers)
        assert answer.status == status, origin


def test_every_page_of_ours_lets_the_browser_name_its_origin(own: Server) -> None:
    """Under no-referrer, a browser sends ``Origin: null`` with our own forms."""
    editor = invited(own, "alice", "admin")
    for path in (*FORMS, "/desk/account", "/desk/home/settings", "/nothing"):
        answer = editor.get(path)
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert b'name="referrer"' not in answer.body
