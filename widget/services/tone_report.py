"""How right the tone is at a site: what its page at the desk shows."""

from dataclasses import dataclass

from widget.domain.agreement import Agreement, agreement
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.labels import Labels
from widget.store.tone_heads import Learned, ToneHeads
from widget.tone import TONE_VERSION
from widget.tone.examining import ENGLISH
from widget.tone.judging import Judgement
from widget.tone.outcome import STANDARD, Outcome, Version
from widget.tone.site_head import NEEDS


@dataclass(frozen=True, slots=True)
class ToneReport:
    """
    :param labelled: comments with a label that teaches.
    :param agreement: of the site's editors.
    """

    learned: Learned
    labelled: int
    agreement: Agreement

    @property
    def speaking(self) -> Version | None:
        """The site's own version that speaks; None: the standard scorer does."""
        return self.usable(self.learned.speaker.number)

    @property
    def english(self) -> Outcome | None:
        """What the latest lesson found in English."""
        return self.learned.outcomes.get(ENGLISH)

    @property
    def others(self) -> list[Outcome]:
        """What the latest lesson found in other languages."""
        return [one for code, one in self.learned.outcomes.items() if code != ENGLISH]

    @property
    def main(self) -> Outcome | None:
        """What the latest lesson found in English or else in the most labelled language."""
        return self.english or max(self.others, key=lambda one: one.labels, default=None)

    @property
    def judgement(self) -> Judgement | None:
        """How right the scorer is that speaks in the main language, by the latest lesson."""
        main = self.main
        if main is None:
            return None
        return (main.own if self.is_own(main.language) else None) or main.shipped

    @property
    def goal(self) -> int:
        """The number of labelled comments at which the site learns next."""
        if self.labelled < NEEDS.labels:
            return NEEDS.labels
        return max(self.learned.next_at, self.labelled + 1)

    @property
    def before(self) -> int:
        """The number of the scorer that "Undo" brings back."""
        before = self.learned.speaker.before
        return before if before == STANDARD or self.usable(before) else STANDARD

    @property
    def can_undo(self) -> bool:
        return self.learned.speaker.at_s > 0 and self.before != self.learned.speaker.number

    @property
    def offered(self) -> Version | None:
        """The newest own version if it passed at the latest lesson, and does not speak."""
        passed = any(one.passed for one in self.learned.outcomes.values())
        newest = self.learned.versions[0] if self.learned.versions else None
        if not passed or newest is None or newest.number == self.learned.speaker.number:
            return None
        return self.usable(newest.number)

    @property
    def choices(self) -> set[int]:
        """The numbers of the scorers that an editor may let speak now."""
        offered = {self.offered.number} if self.offered else set()
        return {STANDARD, self.before, *offered} - {self.learned.speaker.number}

    def is_own(self, language: str) -> bool:
        """Return whether the site's own scorer speaks in a language."""
        return self.speaking is not None and language in self.speaking.heads

    def usable(self, number: int) -> Version | None:
        """Return a version that can speak beside this release's scorer."""
        found = self.learned.version(number)
        return found if found and found.version == TONE_VERSION else None


class ToneReports:
    def __init__(self, connection: Connection) -> None:
        self._labels, self._heads = Labels(connection), ToneHeads(connection)

    def of(self, site: Site) -> ToneReport:
        labels = self._labels.of_site(site)
        count = len({label.comment_id for label in labels if label.teaches})
        return ToneReport(self._heads.of(site.key), count, agreement(labels, ""))

    def found_negative(self, site: Site, section: str) -> tuple[int, int] | None:
        """Return how many comments of a section editors labelled negative, and the scorer found.

        None if none of them was labelled so. Only comments drawn at random count.
        """
        outcome = self._heads.outcome(site.key, ENGLISH)
        return outcome.found.get(section) if outcome else None
