"""What the readers of one network may do with a site's comments in an hour or a day."""

from dataclasses import dataclass

from widget.domain import clock
from widget.domain.errors import RateLimited
from widget.domain.model import Site
from widget.domain.readers.network import Allowance, networks
from widget.services.new_stories import HOUR_S, Author, NewStories
from widget.settings import Settings
from widget.store.limits import Limits

UP_VOTES_SHARE = 6  # a comment counts a sixth of the readers of a network that a story counts
COMMENTS_AT_ONCE = 6  # a sixth of an hour's comments of a network may be published at once,
HELD_AT_ONCE = 2  # and a half of those that wait for an editor may come at once
REPORTS = Allowance(10, 360)  # comments that one network may help to hold: 10 at once, 10 an hour
MESSAGE = "Too many comments come from your network. Try again later."


@dataclass(frozen=True, slots=True)
class UpVoter:
    """A reader's networks on one comment, and how many of their readers count there."""

    networks: bytes
    allowance: Allowance


class CommentLimits:
    """Looks at the network of every act on a comment. An act without an address has no limit."""

    def __init__(self, limits: Limits, stories: NewStories, settings: Settings) -> None:
        self._limits = limits
        self._stories = stories
        self._votes = settings.network_votes
        self._comments = settings.network_comments

    def admit(self, site: Site, author: Author, *, begins_story: bool, is_held: bool) -> bool:
        """Count a new comment, and return whether its network lets it be published.

        :param is_held: the comment is held for another reason.
        :raise RateLimited: too many of the network's comments are held as well, or it begins too
            many stories.
        """
        if begins_story:
            self._stories.begin(site, author)
        if not self._comments:
            return True
        published = _in_an_hour(self._comments, self._comments // COMMENTS_AT_ONCE)
        if not is_held and not self._wait_s(site, "comments", author, published):
            return True
        held = _in_an_hour(self._comments, self._comments // HELD_AT_ONCE)
        wait_s = self._wait_s(site, "held-comments", author, held)
        if wait_s:
            raise RateLimited(MESSAGE, retry_after_s=wait_s)
        return False

    def up_voter(self, site: Site, comment_id: str, address: str, *, now_s: int) -> UpVoter:
        """Return what the store needs to count, or not, a reader's up-vote."""
        if not self._votes:
            return UpVoter(b"", Allowance(0, 0))
        return UpVoter(
            self._limits.network_marks(address, _subject("up", site, comment_id), now_s=now_s),
            Allowance.of_day(self._votes // UP_VOTES_SHARE),
        )

    def reporter(self, site: Site, comment_id: str, address: str, *, now_s: int) -> bytes:
        """Return the one network that a report comes from: for IPv6 the /48."""
        subject = _subject("report", site, comment_id)
        return self._limits.customer_marks(address, subject, now_s=now_s)

    def may_hold(self, site: Site, address: str) -> bool:
        """Count one more comment that a network's report may help to hold."""
        if not address:
            return True
        now_s = int(clock.now())
        whose = {self._limits.salted(networks(address).customers[-1], now_s=now_s): REPORTS}
        return not self._limits.allow(site.key, "reports", whose, now_s=now_s)

    def _wait_s(self, site: Site, act: str, author: Author, allowance: Allowance) -> int:
        """Count one act of a network, and of the /48 around it, and return the seconds to wait."""
        now_s = int(clock.now())
        whose = self._limits.whose_networks(
            author.address, allowance, allowance.of_wide, now_s=now_s
        )
        return self._limits.allow(site.key, act, whose, now_s=now_s)


def _subject(act: str, site: Site, comment_id: str) -> str:
    return f"{site.key}|{act}|{comment_id}"


def _in_an_hour(most: int, at_once: int) -> Allowance:
    """Return the allowance that permits at most ``most`` acts in any hour."""
    burst = max(1, at_once)
    return Allowance(burst, -(-HOUR_S // max(1, most - burst)))
