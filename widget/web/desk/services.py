"""What the desk's blueprints work with beside Services, wired once by create_app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from widget.domain.editors.editor import EVERY_SITE
from widget.domain.editors.passwords import Passwords
from widget.domain.model import Site
from widget.store.comments.moderation import Moderation
from widget.store.comments.search import CommentSearch
from widget.store.desk.api_keys import ApiKeys
from widget.store.desk.audit import Audit
from widget.store.desk.editors import Editors
from widget.store.desk.guesses import Guesses
from widget.store.desk.sessions import Sessions
from widget.store.reactions.corrections import Corrections
from widget.store.reactions.held_votes import HeldVotes

# Whose audit log holds what belongs to no one site: editors, sign-ins, new sites.
ALL_SITES = Site(EVERY_SITE, "All sites", ())


@dataclass(frozen=True, slots=True)
class Desk:
    """:param seen_on: a site's key -> origins its bar was seen on, and when last."""

    editors: Editors
    sessions: Sessions
    guesses: Guesses
    passwords: Passwords
    audit: Audit
    api_keys: ApiKeys
    corrections: Corrections
    moderation: Moderation
    comment_search: CommentSearch
    held_votes: HeldVotes
    seen_on: Callable[[str], dict[str, int]]


def desk() -> Desk:
    return cast(Desk, current_app.extensions["readback.desk"])
