"""What readers are told about a window of votes that are set aside."""

import pytest

from tests.support.findings import finding
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.domain.strings import LANGUAGES
from widget.domain.strings.language import Language
from widget.web.windows import Window, window_of

SITE = Site("news", "The News", ("https://news.example",))


def window(lang: str, **differently: int) -> Window:
    flag = Flag("a-1", "a", finding(signal="odds", **differently), 0, votes_aside=59)
    return window_of(SITE, "", flag, 64, Language.of(SITE, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_share_is_told_of_fewer_than_five_known_readers(lang: str) -> None:
    few = window(lang, new_chosen=59, new_other=1, known_chosen=1, known_other=1)
    enough = window(lang, new_chosen=59, new_other=1, known_chosen=1, known_other=4)
    assert [bar.percent == "\u2013" for bar in few.bars] == [False, True]
    assert few.bars[1].permille == 0 and enough.bars[1].permille == 200
    assert few.bars[0].percent in few.method and few.method != enough.method
    assert enough.bars[1].percent in enough.method
