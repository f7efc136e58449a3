"""What is usual for the tone of a site's stories and days, and how often it is read."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import CROSS, GLAD, SPANISH
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.comments.comment import Comment
from widget.domain.figures.tone import MIN_USUAL, EarlierTones
from widget.domain.model import Site
from widget.domain.page import Page
from widget.services.figures.baseline import BASELINE_DAYS, CACHE_S
from widget.services.figures.tone_baseline import ToneBaseline
from widget.store.connect import Connection
from widget.store.figures.trends import Trends
from widget.store.reactions.votes import Cast, Reactions, Voter

DAY_S, TODAY = 86400, NOW_S // 86400


@pytest.fixture
def written(
    post: Callable[..., Comment], reactions: Reactions, site: Site
) -> Callable[..., ArticleRef]:
    def one(name: str, section: str, days_ago: int, glad: int, cross: int) -> ArticleRef:
        """Make a story with a vote and comments of its first day."""
        article, at_s = resolve_for(site, name), NOW_S - days_ago * DAY_S
        page = Page(section=section)
        reactions.cast(site, article, Voter(b"reader.."), Cast(1, 1, at_s, 7, page=page))
        for score, times in ((GLAD, glad), (CROSS, cross), (SPANISH, 1)):
            for number in range(times):
                post(f"{name} {score.label} {number}", score, on=article, at_s=at_s, page=page)
        return article

    return one


def test_the_stories_and_days_before_are_what_is_usual(
    written: Callable[..., ArticleRef], connection: Connection, site: Site
) -> None:
    for number in range(MIN_USUAL):
        written(f"city-{number}", "City", 1 + number, 5 + number, 6)
    written("quiet", "City", 3, 9, 0)  # nine comments with a lean
    written("life", "Life", 2, 12, 0)
    written("old", "City", BASELINE_DAYS + 1, 0, 12)
    written("today", "City", 0, 0, 12)
    earlier = ToneBaseline(Trends(connection)).before(site, TODAY)
    city = earlier.of("City")
    means = [((5 + number) * 6249 - 6 * 5423) / (11 + number) / 1e4 for number in range(MIN_USUAL)]
    assert (city.section, city.of) == ("City", MIN_USUAL)
    assert city.value == pytest.approx(sum(means) / MIN_USUAL)
    assert min(means) < city.low < city.value < city.high < max(means)
    assert (earlier.of("Life").section, earlier.of("Life").of) == ("", MIN_USUAL + 1)
    assert earlier.of_days.of == MIN_USUAL


def test_what_was_usual_is_read_once_in_ten_minutes(
    connection: Connection, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, now, reads = Trends(connection), [0.0], list[Any]()
    ask = reading.ask

    def counted(*asked: Any) -> list[Any]:
        reads.append(asked)
        return ask(*asked)

    monkeypatch.setattr(reading, "ask", counted)
    baseline = ToneBaseline(reading, lambda: now[0])
    for at_s, expected in ((0.0, 1), (CACHE_S - 1.0, 1), (CACHE_S, 2)):
        now[0] = at_s
        found = baseline.before(site, TODAY)
        assert isinstance(found, EarlierTones) and not found.of("City").is_enough
        assert len(reads) == expected
    baseline.before(site, TODAY - 1)
    assert len(reads) == 3
