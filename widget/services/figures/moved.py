"""What moved readers in a period: stories by their votes above what is expected. Reads nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from widget.domain.figures.expected import Expected, Lives
from widget.domain.figures.moods import Row
from widget.domain.figures.period import Period
from widget.store.figures.headlines import Headline

# The stories with the most votes, which alone are compared. One below them could be listed only if
# it had more votes above expectation than they have at all.
MOST_COMPARED = 40
MOST_MOVED = 4


@dataclass(frozen=True, slots=True)
class Moved:
    """:param expected: None where the list is ranked by votes, because too few were earlier."""

    row: Row
    expected: Expected | None = None

    @property
    def is_above(self) -> bool:
        return (self.above or 0) > 0

    @property
    def above(self) -> int | None:
        """Its votes above expectation, the figure that ranks."""
        return None if self.expected is None else self.row.mix.n - round(self.expected.votes)


def most_moved(
    compared: Sequence[Row], headlines: Mapping[str, Headline], lives: Lives, period: Period
) -> list[Moved]:
    """Rank stories by their votes above expectation.

    Votes rank the list if none is above it, or if it is not known for one of those with the most
    votes: no story may be left out because nothing is known of it.

    :param compared: the stories with the most votes, most first, each with 30 or more.
    """
    moved = [Moved(row, _expected(headlines[row.id], lives, period)) for row in compared]
    most = moved[:MOST_MOVED]
    if any(one.expected is None for one in most):
        return [Moved(one.row) for one in most]
    above = [one for one in moved if one.is_above]
    above.sort(key=lambda one: (-(one.above or 0), -one.row.mix.n, one.row.id))
    return above[:MOST_MOVED] or most


def _expected(headline: Headline, lives: Lives, period: Period) -> Expected | None:
    start_h = period.first_hour - headline.first_hour
    end_h = max(1, period.end_hour - headline.first_hour)
    return lives.expected(headline.page.section, start_h, end_h)
