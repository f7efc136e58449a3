"""The room that bar and comments take: in any parent, in any language, and on paper."""

import pytest

from tests.browser.conftest import Watched
from tests.browser.hostsite import HostSite
from tests.browser.parents import MEASURED, PLACED, SCRIPTS, misfits, page_of


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_parent_gives_it_a_width_and_none_overflows(
    host: HostSite, watched: Watched, name: str
) -> None:
    host.pages["parents.html"] = page_of(name)
    page = watched.page(viewport={"width": 1100, "height": 600})
    page.goto(host.url("parents.html"))
    page.wait_for_function(PLACED, arg=name)
    found = page.evaluate(MEASURED, name)
    assert len(found) > 50
    assert misfits(found) == {}
