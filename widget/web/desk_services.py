"""What the desk's blueprints work with beside Services, wired once by create_app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from widget.domain.editors.editor import EVERY_SITE
from widget.domain.editors.passwords import Passwords
from widget.domain.model import Site
from widget.store.api_keys import ApiKeys
from widget.store.audit import Audit
from widget.store.comment_search import CommentSearch
from widget.store.corrections import Corrections
from widget.store.editors import Editors
from widget.store.guesses import Guesses
from widget.store.held_votes import HeldVotes
from widget.store.moderation import Moderation
from widget.store.sessions import Sessions

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
