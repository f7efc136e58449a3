"""Held votes of many stories: released in one act, or by themselves where a site wants that."""

from dataclasses import dataclass

from widget.domain.errors import CannotCorrect
from widget.domain.integrity.alike import are_alike
from widget.domain.model import Site
from widget.store.desk.audit import BY_ITSELF
from widget.store.integrity.flags import Flags
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.held_votes import HeldVotes

MOST_STORIES = 50  # in one act; as many as the desk lists
WHY = "They chose as the counted votes did"


@dataclass(frozen=True, slots=True)
class Released:
    """What one act released.

    :param votes: that count now, on so many ``stories``.
    :param left: stories that it left alone, since their votes changed meanwhile or are moving.
    :param is_stale: nothing was done, because the number of held votes has changed.
    """

    votes: int = 0
    stories: int = 0
    left: int = 0
    is_stale: bool = False


class HeldReleases:
    def __init__(self, held: HeldVotes, corrections: Corrections, flags: Flags) -> None:
        self._held, self._corrections, self._flags = held, corrections, flags

    def releasable(self, site: Site) -> list[tuple[str, int]]:
        """Return the stories whose held votes one act releases, with how many they are.

        It leaves out those on which a flag waits, since its alarm may hold the votes of an attack.
        """
        listed = self._held.most(site, limit=MOST_STORIES)
        flagged = self._flags.waiting_on(site, [article_id for article_id, _ in listed])
        return [(article_id, votes) for article_id, votes in listed if article_id not in flagged]

    def release_all(self, site: Site, *, by: Actor, expected: int | None = None) -> Released:
        """Count the held votes of all releasable stories, each logged as a release.

        :param expected: do it only if there are exactly this many votes.
        """
        listed = self.releasable(site)
        if expected is not None and expected != sum(votes for _, votes in listed):
            return Released(is_stale=True)
        released, stories = 0, 0
        for article_id, votes in listed:
            done = self._release(site, article_id, votes, by)
            released, stories = released + done, stories + (done > 0)
        return Released(released, stories, len(listed) - stories)

    def release_alike(self, site: Site, *, now_s: int) -> int:
        """Release held votes that chose as the counted ones did, and return how many.

        A story is left alone while a flag waits on it, or for good once an editor has undone such a
        release.
        """
        released = 0
        by = Actor(BY_ITSELF, now_s, WHY)
        for article_id, votes in self.releasable(site):
            state = self._corrections.records.part(site, article_id)
            if are_alike(state.held_counts, state.counts) and not self._was_undone(
                site, article_id
            ):
                released += self._release(site, article_id, votes, by)
        return released

    def _release(self, site: Site, article_id: str, votes: int, by: Actor) -> int:
        try:
            outcome = self._corrections.release(site, article_id, by=by, expected=votes)
        except CannotCorrect:
            return 0
        return 0 if outcome.is_stale else outcome.votes

    def _was_undone(self, site: Site, article_id: str) -> bool:
        return any(
            one.undone_by and one.entry.who == BY_ITSELF and one.entry.action == "release"
            for one in self._corrections.records.of(site, article_id)
        )
