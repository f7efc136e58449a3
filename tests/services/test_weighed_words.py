"""The words of a story's comments: how many are scored, and how often."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from tests.conftest import NOW_S
from tests.support.stored_comments import article, comments, post
from widget.domain.comments.comment import Comment
from widget.domain.figures.weighed import Weighed
from widget.domain.model import Site
from widget.services.figures.baseline import CACHE_S
from widget.services.figures.words import MOST_SCORED, WeighedWords
from widget.services.tone import SiteTone

__all__ = ["article", "comments", "post"]


class CountedTone:
    """A scorer that finds one bad word in each text, and notes the texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def score(self, site: Site, text: str) -> Any:
        self.texts.append(text)
        return SimpleNamespace(contributions=(SimpleNamespace(word="Lied", value=-1.8),))


def test_each_text_is_scored_once_in_ten_minutes(post: Callable[..., Comment], site: Site) -> None:
    tone, now = CountedTone(), [0.0]
    words = WeighedWords(cast(SiteTone, tone), lambda: now[0])
    first, again = post("They lied."), post("They lied.", at_s=NOW_S + 1)
    assert words.of(site, [first, again]) == [Weighed("lied", 2, -3.6)]
    other = post("He lied.", at_s=NOW_S + 2)
    words.of(site, [first, again, other])
    assert tone.texts == ["They lied.", "He lied."]
    now[0] = CACHE_S
    words.of(site, [other])
    assert tone.texts[2:] == ["He lied."]


def test_the_newest_comments_are_scored(post: Callable[..., Comment], site: Site) -> None:
    tone = CountedTone()
    written = [post(f"{number} lied.", at_s=NOW_S + number) for number in range(MOST_SCORED + 2)]
    [lied] = WeighedWords(cast(SiteTone, tone)).of(site, written)
    assert lied.comments == MOST_SCORED
    assert set(tone.texts) == {one.text for one in written[2:]}
