"""What an answer says about votes that editors set aside."""

from typing import Any

from widget.domain.integrity.notice import notice_of
from widget.domain.model import Tally
from widget.services.voting import Ballot


def set_aside(ballot: Ballot, tally: Tally, public_url: str) -> dict[str, Any]:
    """Return the field ``set_aside``; no field if no vote of the story is set aside."""
    notice = notice_of(ballot.site, ballot.article.id, tally)
    if notice is None:
        return {}
    day = {"day": notice.day.isoformat()} if notice.day else {}
    return {"set_aside": {"votes": notice.votes, **day, "url": f"{public_url}{notice.path}"}}
