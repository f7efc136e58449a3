"""Lists of sections, authors and tags of bounded length."""

from widget.domain.figures.groups import MOST_EXPORTED, bounded
from widget.domain.figures.moods import Mix
from widget.domain.model import Site
from widget.web.desk.figures.tables import sections_table

KEYS = ("like", "love")


def mixes(count: int) -> list[tuple[str, Mix, int | None]]:
    return [(f"s{number}", Mix.of((2, 1), KEYS), 3) for number in range(count)]


def test_the_rest_is_the_sum_of_what_is_not_shown() -> None:
    found = bounded(mixes(7), lambda group: group[1], 5)
    assert (len(found.shown), found.others, found.total) == (5, 2, 7)
    assert found.rest is not None and found.rest.counts == (4, 2)
    assert bounded(mixes(5), lambda group: group[1], 5).rest is None


def test_an_export_has_the_rest_as_its_last_row() -> None:
    site = Site("news", "News", (), register={"": KEYS})
    table = sections_table(site, mixes(MOST_EXPORTED + 3), "author")
    votes = list(table.columns).index("votes")
    assert len(table.rows) == MOST_EXPORTED + 1
    assert list(table.rows[-1])[:2] == ["3 others", 9]
    assert sum(int(row[votes] or 0) for row in table.rows) == 3 * (MOST_EXPORTED + 3)
