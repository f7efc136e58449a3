"""Lessons: what a site's labels teach its scorer, and which scorer speaks.

A lesson takes seconds of computing, so a server starts it in a process of its own; see
:mod:`widget.services.learning`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from widget.domain.labels import Label
from widget.domain.model import Site
from widget.store.comments.comments import Comments
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.labels import Labels
from widget.store.tone_heads import ToneHeads
from widget.tone import TONE_VERSION, study
from widget.tone.examining import Example, examine, negative_share
from widget.tone.lesson import CLASS_NAMES
from widget.tone.outcome import STANDARD, NegativeShare, Outcome, Speaker, Version
from widget.tone.own import HeadRecord
from widget.tone.site_head import ASKED_EACH, LEAST_WINS, NEEDS

MOST_READ = 5_000  # labelled comments of a lesson, in all languages; the newest
CHANGED = "tone scorer changed"
REFUSED = "tone scorer refused"
NEXT_AFTER_MISSING = 10  # labels after a lesson that lacked something
_READ_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class LessonResult:
    """What a lesson found.

    :param before: which version spoke.
    :param after: which one speaks now.
    """

    outcomes: tuple[Outcome, ...]
    share: NegativeShare | None
    before: Speaker
    after: Speaker

    @property
    def is_changed(self) -> bool:
        """Whether another version speaks."""
        return self.before.number != self.after.number


class Lessons:
    def __init__(self, connection: Connection) -> None:
        self._labels, self._comments = Labels(connection), Comments(connection)
        self._heads, self._audit = ToneHeads(connection), Audit(connection)

    def is_due(self, site: Site) -> bool:
        """Return whether enough comments have labels for the next lesson."""
        count = _labelled(self._labels.of_site(site))
        return count >= (self._heads.next_at(site.key) or ASKED_EACH)

    def learn(self, site: Site, *, who: str, now_s: int) -> LessonResult | None:
        """Learn from a site's labels; None if another process is doing that.

        Heads that pass the guard speak from now on, unless an editor chose the standard one.

        :param who: for the log.
        """
        lease = self._heads.begin_lesson(site.key)
        if not lease:
            return None
        try:
            return self._learn(site, who=who, now_s=now_s)
        finally:
            self._heads.end_lesson(site.key, lease)

    def choose(self, site: Site, number: int, *, after: Speaker, who: str, now_s: int) -> bool:
        """Let an editor's choice of version speak, and return whether it does.

        The standard scorer stays until an editor chooses another one. Own ones give way to what a
        later lesson finds.

        :param after: the speaker that the editor saw; with another, nothing changes.
        """
        chosen = Speaker(number, after.number, now_s, who, is_pinned=number == STANDARD)
        if not self._heads.speak(site.key, chosen, after=after):
            return False
        self._log_change(site, after, chosen, who=who, now_s=now_s)
        return True

    def _learn(self, site: Site, *, who: str, now_s: int) -> LessonResult:
        labels = self._labels.of_site(site)
        examples = self._examples(site, labels)
        examined = examine(examples, now_s=now_s)
        outcomes = tuple(outcome for outcome, _ in examined)
        share = negative_share(examples, now_s=now_s)
        next_at = _next_lesson(_labelled(labels), outcomes)
        self._heads.keep_outcomes(site.key, outcomes, share, next_at=next_at)
        heads = {outcome.language: head for outcome, head in examined if head is not None}
        counts = {one.language: one.labels for one in outcomes if one.passed}
        number = self._keep(site, heads, counts, who=who, now_s=now_s)
        before, after = self._speak(site, number, who=who, now_s=now_s)
        for one in outcomes:
            if not (one.missing or one.passed):
                said = refusal(one)
                self._audit.append(site, who, REFUSED, "", change=("", said), at_s=now_s)
        if before.number != after.number:
            self._log_change(site, before, after, who=who, now_s=now_s)
        return LessonResult(outcomes, share, before, after)

    def _keep(
        self,
        site: Site,
        heads: dict[str, HeadRecord],
        labels: dict[str, int],
        *,
        who: str,
        now_s: int,
    ) -> int:
        """Store heads as a new version, and return its number."""
        if not heads:
            return STANDARD
        number = self._heads.next_number(site.key)
        version = Version(number, TONE_VERSION, now_s, who, labels, heads)
        self._heads.keep_version(site.key, version)
        return number

    def _speak(self, site: Site, number: int, *, who: str, now_s: int) -> tuple[Speaker, Speaker]:
        """Let a version speak, unless an editor chose; return the speaker before and after."""
        while True:
            before = self._heads.speaker(site.key)
            if before.is_pinned or before.number == number:
                return before, before
            after = Speaker(number, before.number, now_s, who)
            if self._heads.speak(site.key, after, after=before):
                return before, after

    def _log_change(
        self, site: Site, before: Speaker, after: Speaker, *, who: str, now_s: int
    ) -> None:
        change = scorer_name(before.number), scorer_name(after.number)
        self._audit.append(site, who, CHANGED, "", change=change, at_s=now_s)

    def _examples(self, site: Site, labels: Iterable[Label]) -> list[Example]:
        """Return the comments on which editors agree, as they are now, newest labels last."""
        by_comment: dict[str, list[Label]] = {}
        for label in labels:
            by_comment.setdefault(label.comment_id, []).append(label)
        chosen = list(by_comment)[-MOST_READ:]
        found = []
        for at in range(0, len(chosen), _READ_AT_ONCE):
            ids = chosen[at : at + _READ_AT_ONCE]
            for comment_id, comment in zip(ids, self._comments.get_all(site, ids), strict=True):
                if comment is None or not comment.text:
                    continue
                current = [one for one in by_comment[comment_id] if one.text_id == comment.text_id]
                opinion = opinion_of(current)
                if opinion is not None:
                    found.append(
                        Example(
                            study(comment.text),
                            opinion,
                            comment.article_id,
                            comment.section,
                            any(one.draw == "random" for one in current),
                        )
                    )
        return found


def opinion_of(labels: Sequence[Label]) -> int | None:
    """Return what most editors say of a comment; None if they are divided, or cannot say.

    Corrections count only where no session asked: who made one saw the scorer's label.
    """
    asked = [one for one in labels if one.is_blind]
    counts = Counter(one.answer for one in asked or labels if one.answer in CLASS_NAMES)
    most = counts.most_common(2)
    if not most or (len(most) > 1 and most[0][1] == most[1][1]):
        return None
    return CLASS_NAMES.index(most[0][0])


def _labelled(labels: Iterable[Label]) -> int:
    """Return how many comments have a label that teaches."""
    return len({label.comment_id for label in labels if label.teaches})


def _next_lesson(count: int, outcomes: Iterable[Outcome]) -> int:
    """Return at how many labelled comments to learn again; soon where little is missing."""
    is_complete = any(not one.missing for one in outcomes)
    if count < NEEDS.labels or is_complete:
        return (count // ASKED_EACH + 1) * ASKED_EACH
    return count + NEXT_AFTER_MISSING


def refusal(outcome: Outcome) -> str:
    """Return why the guard lets no head of a language speak, in words."""
    needed = f"{LEAST_WINS:.0%}".replace("%", " %")
    return (
        f"{outcome.language}: the own scorer of {outcome.labels} labels passed in "
        f"{outcome.wins * 100:.0f} % of resampled stories; it needs {needed}"
    )


def scorer_name(number: int) -> str:
    """Return how a scorer is called at the desk."""
    return "standard scorer" if number == STANDARD else f"own scorer, version {number}"
