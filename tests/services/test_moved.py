"""What moved readers: stories by their votes above expectation."""

from dataclasses import replace

from tests.domain.figures.test_expected import lives
from widget.domain.figures.expected import Lives
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.services.figures.moved import MOST_MOVED, most_moved
from widget.store.figures.headlines import Headline
from widget.store.reactions.page_records import PageRecord

KEYS = ("like", "angry")
WEEK = Period("7d", 100, 106, 107 * 86400)


def of_period(**votes: int) -> tuple[list[Row], dict[str, Headline]]:
    rows = [Row(name, Mix.of((n, 0), KEYS)) for name, n in votes.items()]
    rows.sort(key=lambda row: -row.mix.n)
    page = PageRecord(address="x", section="City")
    began = WEEK.first_hour
    return rows, {row.id: Headline(row.id, page, began) for row in rows}


def test_the_list_is_ranked_by_the_figure_it_shows_and_small_stories_cannot_lead() -> None:
    rows, headlines = of_period(large=700, middle=640, small=31, none=120)
    headlines["large"] = replace(
        headlines["large"], page=PageRecord(address="x", section="Culture")
    )
    known = Lives([*lives("City", *[168] * 20), *lives("Culture", *[600] * 20)])
    moved = most_moved(rows, headlines, known, WEEK)
    assert [(one.row.id, one.above) for one in moved] == [("middle", 472), ("large", 100)]


def test_votes_rank_where_nothing_is_known_or_none_had_more_than_usual() -> None:
    rows, headlines = of_period(a=90, b=80, c=70, d=60, e=50)
    unknown = most_moved(rows, headlines, Lives([]), WEEK)
    assert [(one.row.id, one.above) for one in unknown] == [(n, None) for n in "abcd"]
    usual = most_moved(rows, headlines, Lives(lives("City", *[1000] * 20)), WEEK)
    assert [one.row.id for one in usual] == list("abcd") and not any(one.is_above for one in usual)
    assert len(usual) == MOST_MOVED
    assert most_moved([], {}, Lives([]), WEEK) == []
