"""What is usual for the tone of a section's comments, and how often it is read."""

from collections.abc import Callable, Iterable

from tests.conftest import NOW_S
from tests.support.comment_samples import CROSS, GLAD
from widget.domain.comments.comment import Comment
from widget.domain.model import Site
from widget.domain.page import Page
from widget.services.figures.baseline import BASELINE_DAYS, CACHE_S
from widget.services.figures.tone_baseline import ToneBaseline
from widget.store.comments.tone_totals import ToneReadings, ToneTotals
from widget.store.connect import Connection

DAY_S, TODAY = 86400, NOW_S // 86400


class NotedReadings(ToneReadings):
    """Readings that note how many days each read the store for."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.days: list[int] = []

    def by_section(self, site: Site, days: Iterable[int]) -> dict[int, dict[str, ToneTotals]]:
        found = super().by_section(site, days)
        self.days.append(len(found))
        return found


def test_a_day_of_a_sections_tone_is_read_once_in_ten_minutes(
    post: Callable[..., Comment], connection: Connection, site: Site
) -> None:
    now, city = [0.0], Page(section="City")
    tones = NotedReadings(connection)
    baseline = ToneBaseline(tones, lambda: now[0])
    post("Good.", GLAD, at_s=NOW_S - 29 * DAY_S, page=city)
    post("Good too.", GLAD, at_s=NOW_S - 20 * DAY_S, page=city)
    assert baseline.before(site, TODAY, "City").n == 1
    assert baseline.before(site, TODAY, "World").n == 0
    assert baseline.before(site, TODAY - 1, "City").n == 2  # a story that began a day earlier
    assert tones.days == [BASELINE_DAYS, 1]
    post("Bad.", CROSS, at_s=NOW_S - 19 * DAY_S, page=city)
    assert baseline.before(site, TODAY, "City").n == 1
    now[0] = CACHE_S
    found = baseline.before(site, TODAY, "City")
    assert found.n == 2 and found.value == (6249 - 5423) / 2e4
