"""Where signing in leads: whatever is asked for, to an address of our own desk."""

from urllib.parse import quote

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.web.desk.signin.safe_next import HOME, safe_next

OWN = "https://readback.example"


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "/",
        "//evil.example/desk/",
        "///evil.example/desk/",
        "/\\evil.example/desk/",
        "\\\\evil.example/desk/",
        "\t//evil.example/desk/",
        "/\t/evil.example/desk/",
        "/\n/evil.example/desk/",
        " //evil.example/desk/",
        "https://evil.example/desk/",
        "https:evil",
        "https:\\\\evil.example/desk/",
        "https://readback.example@evil.example/desk/",
        "https://readback.example.evil.example/desk/",
        "https://readback.example:444/desk/",
        "http://readback.example/desk/",
        "https://evil.example\\@readback.example/desk/",
        "https://[/desk/",
        "javascript:alert(1)//desk/",
        "data:text/html,/desk/",
        "blob:https://readback.example/desk/",
        "/desk/../articles/x",
        "/desk/%2e%2e/articles/x",
        "/desk/..//evil.example",
        "/desk/..\\\\evil.example",
        "/deskevil",
        "/desk.evil.example",
        "/%64esk/",
        "/desk%2f..%2f",
        "/articles/x",
        "/desk/" + "x" * 2000,
        "/desk/\ud800" * 400,
    ],
)
def test_an_address_that_is_not_the_desks_leads_to_its_first_page(address: str | None) -> None:
    assert safe_next(address, OWN) == HOME


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/desk", "/desk"),
        ("/desk/", "/desk/"),
        ("/desk?x=1", "/desk?x=1"),
        ("/desk/news/articles?a=1&b=%2F", "/desk/news/articles?a=1&b=%2F"),
        ("/desk/home/sections/What%20next%3F?period=7d", None),
        ("/desk/home/comments?q=why?", None),
        ("https://readback.example/desk/news", "/desk/news"),
        ("HTTPS://READBACK.example:443/desk/news", "/desk/news"),
        ("//readback.example/desk/news", "/desk/news"),
        ("/articles/../desk/news", "/desk/news"),
        ("\\desk\\news", "/desk/news"),
        ("/de\tsk/", "/desk/"),
        ("/desk/\r\nLocation: x", "/desk/Location:%20x"),
        ("/desk\\@evil.example", "/desk/@evil.example"),
        ("/desk//evil.example", "/desk//evil.example"),
        ("/desk/news#here", "/desk/news"),
        ("https://user:password@readback.example/desk/news", "/desk/news"),
    ],
)
def test_an_address_of_the_desk_is_returned_as_a_browser_reads_it(
    address: str, expected: str | None
) -> None:
    assert safe_next(address, OWN) == (expected or address)


PIECES = ["/", "\\", "desk", "..", ".", "%2e", "%2f", "%5c", ":", "@", "https:", "evil.example"]


@given(
    st.lists(st.sampled_from([*PIECES, "\t", "\n", " ", "?", "#", "//", "é", "\x00"])).map("".join)
)
def test_whatever_is_asked_for_a_browser_stays_at_the_desk(address: str) -> None:
    found = safe_next(address, OWN)
    for page in (f"{OWN}/desk/login", f"{OWN}/desk/login?next={quote(address)}"):
        followed = ada_url.URL(found, base=page)
        assert followed.origin == OWN
        assert followed.pathname == "/desk" or followed.pathname.startswith("/desk/")
    assert found.isascii() and found.isprintable() and " " not in found
