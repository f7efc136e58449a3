"""The tables behind the pages of editors' own questions."""

from collections.abc import Sequence

from widget.domain.figures.moods import Mix
from widget.domain.figures.tables import Cell, Table, moment, share_cells
from widget.domain.zones import Zone, day_text
from widget.services.figures.questions import QuestionFigures, QuestionState
from widget.store.figures.headlines import Headline

_SHARE = ("share", "low", "high")


def questions_table(questions: Sequence[QuestionState], now_s: float, zone: Zone) -> Table:
    """Return the questions, each with its leading answer."""
    closes = f"closes_{zone.slug}"
    columns = (
        "key",
        "question",
        "state",
        closes,
        "stories",
        "votes",
        "leading",
        *_SHARE,
        "set_aside",
    )
    rows = []
    for one in questions:
        at = one.mix.leading
        rows.append(
            (
                one.key,
                one.poll.question,
                one.status(now_s),
                moment(one.poll.closes_s, zone) if one.poll.closes_s else None,
                one.stories,
                one.mix.n,
                one.choices[at].label if one.mix.n else None,
                *share_cells(one.mix.share(at)),
                one.aside,
            )
        )
    return Table("questions", "Questions", columns, rows)


def question_tables(found: QuestionFigures, zone: Zone) -> list[Table]:
    """Return a question's result, its votes over time, and those of its stories."""
    one = found.state
    keys = [choice.key for choice in one.choices]
    result = [
        (
            choice.key,
            choice.label,
            "retired" if one.is_retired[at] else "offered",
            one.mix.counts[at],
            one.mix.n,
            *share_cells(one.mix.share(at)),
        )
        for at, choice in enumerate(one.choices)
    ]
    return [
        Table("result", "Result", ("key", "answer", "state", "votes", "n", *_SHARE), result),
        _trend_table(found, keys, zone),
        Table(
            "stories",
            "Story by story",
            ("id", "title", "section", "url", *keys, "votes", "set_aside"),
            [_story_row(headline, mix) for headline, mix in found.stories],
        ),
    ]


def _story_row(headline: Headline, mix: Mix) -> tuple[Cell, ...]:
    page = headline.page
    return headline.id, headline.title, page.section, page.url, *mix.counts, mix.n, headline.aside


def _trend_table(found: QuestionFigures, keys: Sequence[str], zone: Zone) -> Table:
    line = found.line
    unit = line.unit if line else "hour"
    columns = (f"{unit}_{zone.slug}", *keys, "votes")
    rows: list[tuple[Cell, ...]] = []
    if line:
        for hour, row in zip(line.bounds, line.series, strict=False):
            is_hour = unit == "hour"
            start = moment(hour * 3600, zone) if is_hour else day_text(zone.day_of_hour(hour))
            rows.append((start, *row, sum(row)))
    return Table("trend", f"Votes by {unit}", columns, rows)
