"""Held votes of all stories, which a moderator releases in one act."""

from typing import Any

from widget.domain.editors.editor import Role
from widget.domain.model import Site
from widget.services.integrity.held import MOST_STORIES
from widget.web.desk.corrections.forms import MAX_REASON_CHARS
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in
from widget.web.services import services


def held_values(site: Site) -> dict[str, Any]:
    """Return what a page needs to offer them; nothing to those who may not release any."""
    may_release = signed_in().editor.may(Role.MODERATOR, site.key)
    held = desk().held_votes.most(site, limit=MOST_STORIES) if may_release else []
    together = services().integrity.releases.releasable(site) if held else []
    return {
        "may_release": may_release,
        "held": held,
        "held_votes": sum(votes for _, votes in together),
        "held_flagged": len(held) - len(together),
        "max_reason": MAX_REASON_CHARS,
    }
