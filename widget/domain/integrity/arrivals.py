"""A flagged window beside the story's other hours: how votes came, and which are in doubt. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from widget.domain.figures.statistics import Share, share
from widget.domain.integrity.evidence import HourEvidence
from widget.domain.integrity.flag import Finding


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How the votes of some hours came, as :class:`HourEvidence` counts it.

    :param votes: of new and of known readers, and by Open Heart.
    """

    votes: int = 0
    new: int = 0
    forms: int = 0
    worked: int = 0
    open_hearts: int = 0
    held: int = 0
    asked_to_work: int = 0
    turned_away: int = 0
    origins: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, hours: Iterable[HourEvidence]) -> "Arrivals":
        sums: Counter[str] = Counter()
        origins: Counter[str] = Counter()
        for hour in hours:
            sums["votes"] += max(0, hour.new) + max(0, hour.known) + hour.open_hearts
            sums["new"] += max(0, hour.new)
            sums["forms"] += hour.forms
            sums["worked"] += hour.worked
            sums["open_hearts"] += hour.open_hearts
            sums["held"] += hour.held_at_gate + hour.held_of_network + hour.held_by_alarm
            sums["asked_to_work"] += hour.asked_to_work
            sums["turned_away"] += hour.turned_away
            origins.update(hour.origins)
        return cls(**sums, origins=dict(origins.most_common()))

    @property
    def script(self) -> Share:
        """The share of votes by the bar's own script; a changed vote can make it too high."""
        others = min(self.votes, self.forms + self.open_hearts)
        return share(self.votes - others, self.votes)

    @property
    def of_new(self) -> Share:
        """The share of new readers among those whose kind is known."""
        return share(self.new, self.votes - self.open_hearts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    :param inside: of the flagged window; ``others``: of all other hours of the story.
    :param doubted: votes in doubt by hour: they add up to what would be set aside, or was.
    """

    inside: Arrivals
    others: Arrivals
    doubted: dict[int, int]


def compare(
    finding: Finding,
    votes: int,
    hours: Sequence[HourEvidence],
    most: Mapping[int, int] | None = None,
) -> Comparison:
    """Put a finding beside the evidence of its story.

    :param votes: in doubt, or set aside.
    :param most: how many votes for the choice each hour has; votes in doubt are among these.
    """
    within = [one for one in hours if finding.from_hour <= one.hour < finding.to_hour]
    outside = [one for one in hours if not finding.from_hour <= one.hour < finding.to_hour]
    weights = {one.hour: _chosen(one, finding) for one in within}
    if most is not None:
        of_window = {h: n for h, n in most.items() if finding.from_hour <= h < finding.to_hour}
        weights = {hour: min(n, of_window.get(hour, 0)) for hour, n in weights.items()}
        if sum(weights.values()) < votes:
            weights = of_window
        votes = min(votes, sum(weights.values()))
    return Comparison(Arrivals.of(within), Arrivals.of(outside), _spread(finding, votes, weights))


def _spread(finding: Finding, votes: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Spread votes over the hours of a window, as those who may be in doubt voted in them.

    Nobody knows which votes they are, so the hour of each is not known either.

    :param weights: by hour; without any, every hour gets as much.
    """
    if not sum(weights.values()):
        weights = dict.fromkeys(range(finding.from_hour, finding.to_hour), 1)
    total, before, given = sum(weights.values()), 0, 0
    found = {}
    for hour, weight in sorted(weights.items()):
        before += weight
        until = -(-votes * before // total)
        if until > given:
            found[hour] = until - given
        given = until
    return found


def _chosen(hour: HourEvidence, finding: Finding) -> int:
    """Return the votes of an hour that may be among those in doubt."""
    one = hour.choices.get(finding.choice)
    if one is None:
        return 0
    new, known = max(0, one.new), max(0, one.known)
    return new if finding.kind == "new" else new + known
