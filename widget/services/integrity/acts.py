"""What an editor decides about a flag: its votes go, or come back. One editor at a time."""

from widget.domain.errors import CannotCorrect
from widget.domain.integrity.flag import Finding, Flag
from widget.domain.model import Site
from widget.store.integrity.flags import Flags
from widget.store.reactions.corrections import Actor, Corrections, Filter, Outcome

NONE_LEFT = "No counted votes of this window are left to set aside. Explain the flag instead."


class FlagActs:
    def __init__(self, flags: Flags, corrections: Corrections) -> None:
        self._flags, self._corrections = flags, corrections

    def preview(self, site: Site, flag: Flag, *, now_s: int) -> Outcome:
        """Return how many counted votes fit the flag now; ``finding.excess`` of them would go."""
        which = votes_of(flag.finding)
        return self._corrections.preview(site, flag.article_id, "set_aside", which, now_s=now_s)

    def set_aside(self, site: Site, flag_id: str, *, by: Actor) -> Flag:
        """Set the votes of a waiting flag aside.

        The flag is taken first, so two editors never set aside votes for the same flag.

        :raise NotFound: there is no such flag.
        :raise CannotCorrect: somebody has decided, or is deciding; or no votes are left.
        """
        flag = self._flags.take(site, flag_id, by=by)
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

    def _undo(self, site: Site, audit_id: str, by: Actor) -> None:
        try:
            self._corrections.undo(site, audit_id, by=by)
        except CannotCorrect as problem:
            if problem.extra.get("reason") != "undone":  # else they came back some other way
                raise


def votes_of(finding: Finding) -> Filter:
    """Return the filter of the votes that a finding is about."""
    return Filter(
        choice=finding.choice,
        from_hour=finding.from_hour,
        to_hour=finding.to_hour,
        kind="new" if finding.kind == "new" else "",
    )
