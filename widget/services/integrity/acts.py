"""What an editor decides about a flag: its votes go, or come back. One editor at a time.

Each is two acts in the store: one on the votes, one on the flag. The one on the votes comes first,
and its reason names the flag. So if the second fails, doing it again finds the first, and does not
repeat it.
"""

import re
from dataclasses import replace

from widget.domain.errors import CannotCorrect
from widget.domain.integrity.flag import Finding, Flag
from widget.domain.model import Site
from widget.store.integrity.flags import Flags
from widget.store.reactions.correction_records import Correction
from widget.store.reactions.corrections import Actor, Corrections, Filter, Outcome

STALE = "The window has grown since you opened this page. Nothing was changed: look at it again."
NONE_LEFT = "No counted votes of this window are left to set aside. Explain the flag instead."


class FlagActs:
    def __init__(self, flags: Flags, corrections: Corrections) -> None:
        self._flags, self._corrections = flags, corrections

    def preview(self, site: Site, flag: Flag, *, now_s: int) -> Outcome:
        """Return how many counted votes fit the flag now; ``finding.excess`` of them would go."""
        which = votes_of(flag.finding)
        return self._corrections.preview(site, flag.article_id, "set_aside", which, now_s=now_s)

    def set_aside(
        self, site: Site, flag_id: str, *, by: Actor, expected: int | None = None
    ) -> Flag:
        """Set the votes of a waiting flag aside.

        The flag is taken first, so two editors never set aside votes for the same flag.

        :param by: its reason follows the flag's number in the log.
        :param expected: the excess that the editor has seen; with another one, nothing happens.
        :raise NotFound: there is no such flag.
        :raise CannotCorrect: somebody has decided, or is deciding; the window has grown; or no
            votes are left.
        """
        flag = self._flags.get(site, flag_id)
        if flag.state == "waiting" and expected not in (None, flag.finding.excess):
            raise CannotCorrect(STALE, reason="stale")
        flag = self._flags.take(site, flag_id, by=by)
        by = replace(by, reason=f"{_mark(flag)} {by.reason}".rstrip())
        earlier = self._unmarked(site, flag)
        if earlier:
            votes = _votes_of(earlier, self._choice_key(site, flag))
            return self._flags.mark_set_aside(
                site, flag_id, by=by, audit_id=earlier.entry.id, votes=votes
            )
        done = self._corrections.set_aside(
            site, flag.article_id, votes_of(flag.finding), votes=flag.finding.excess, by=by
        )
        if not done.votes:
            raise CannotCorrect(NONE_LEFT, reason="none_left")
        return self._flags.mark_set_aside(
            site, flag_id, by=by, audit_id=done.audit_id, votes=done.votes
        )

    def restore(self, site: Site, flag_id: str, *, by: Actor) -> Flag:
        """Let a flag wait again, and count the votes that were set aside for it.

        :raise NotFound: there is no such flag.
        :raise CannotCorrect: it waits already, or its votes cannot come back; the message says why.
        """
        flag = self._flags.get(site, flag_id)
        if flag.audit_id:
            self._undo(site, flag.audit_id, by)
        return self._flags.restore(site, flag_id, by=by)

    def after_undo(self, site: Site, article_id: str, audit_id: str, *, by: Actor) -> None:
        """Let the flag wait again whose votes an editor brought back on the story's own page."""
        for flag in self._flags.of_article(site, article_id):
            if flag.audit_id == audit_id:
                self._flags.restore(site, flag.id, by=by)

    def _unmarked(self, site: Site, flag: Flag) -> Correction | None:
        """Return the correction that set this flag's votes aside, if no flag says so."""
        known = {one.audit_id for one in self._flags.of_article(site, flag.article_id)}
        corrections = self._corrections.records.of(site, flag.article_id)
        return next(
            (
                one
                for one in corrections
                if one.entry.action == "set_aside"
                and one.entry.reason.startswith(_mark(flag))
                and not one.undone_by
                and one.entry.id not in known
            ),
            None,
        )

    def _choice_key(self, site: Site, flag: Flag) -> str:
        page = self._corrections.records.part(site, flag.article_id).page
        return site.choice_keys(page.poll_key if page else "")[flag.finding.choice - 1]

    def _undo(self, site: Site, audit_id: str, by: Actor) -> None:
        try:
            self._corrections.undo(site, audit_id, by=by)
        except CannotCorrect as problem:
            if problem.extra.get("reason") != "undone":  # else they came back some other way
                raise


def _mark(flag: Flag) -> str:
    """Return the beginning of the reason under which a flag's votes are set aside."""
    return f"Flag {flag.id.rpartition('-')[2]}:"


def _votes_of(correction: Correction, key: str) -> int:
    """Return how many votes for a choice a correction took out of the counts."""
    before, after = (
        re.search(rf"(?:^|, ){re.escape(key)} (\d+)", text)
        for text in (correction.entry.before, correction.entry.after)
    )
    return int(before[1] if before else 0) - int(after[1] if after else 0)


def votes_of(finding: Finding) -> Filter:
    """Return the filter of the votes that a finding is about."""
    return Filter(
        choice=finding.choice,
        from_hour=finding.from_hour,
        to_hour=finding.to_hour,
        kind="new" if finding.kind == "new" else "",
    )
