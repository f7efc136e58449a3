"""Flags that nobody can act on any more: their votes are gone, or can no longer be told apart."""

from collections.abc import Iterable

from widget.domain.errors import CannotCorrect
from widget.domain.integrity.evidence import HourEvidence
from widget.domain.integrity.flag import Finding, Flag
from widget.domain.model import Site
from widget.store.desk.audit import BY_ITSELF
from widget.store.integrity.flags import Flags
from widget.store.reactions.correction_records import Records
from widget.store.reactions.corrections import Actor
from widget.store.reactions.evidence import Evidence

NO_VOTES = "Its votes were taken back or discarded, so there is nothing left to decide."
CLOSED = "The story closed and its voters were forgotten, so votes can no longer be set aside."


class RestingFlags:
    def __init__(self, flags: Flags, evidence: Evidence, records: Records) -> None:
        self._flags, self._evidence, self._records = flags, evidence, records

    def rest(self, site: Site, waiting: Iterable[Flag], *, now_s: int) -> None:
        """Let flags rest that nobody can act on, with a note that says why. Each is logged.

        :raise StoreUnavailable: the store timed out or refused.
        """
        flags = list(waiting)
        if not flags:
            return
        seen = self._evidence.of_many(site, list({flag.article_id for flag in flags}))
        for flag in flags:
            note = self._why_it_rests(site, flag, seen[flag.article_id], now_s)
            if note:
                try:
                    self._flags.explain(site, flag.id, note, by=Actor(BY_ITSELF, now_s))
                except CannotCorrect:
                    continue  # an editor was faster

    def _why_it_rests(
        self, site: Site, flag: Flag, hours: Iterable[HourEvidence], now_s: int
    ) -> str:
        if not votes_left(flag.finding, hours):
            return NO_VOTES
        closes_s = self._records.part(site, flag.article_id).closes_s
        return CLOSED if 0 < closes_s <= now_s else ""


def votes_left(finding: Finding, hours: Iterable[HourEvidence]) -> int:
    """Return how many votes of a finding's window count or are set aside."""
    found = [
        hour.choices[finding.choice]
        for hour in hours
        if finding.from_hour <= hour.hour < finding.to_hour and finding.choice in hour.choices
    ]
    return sum(one.new + (one.known if finding.kind == "any" else 0) for one in found)
