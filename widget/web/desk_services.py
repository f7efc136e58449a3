"""What the desk's blueprints work with beside Services, wired once by create_app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from ..editor import EVERY_SITE
from ..model import Site
from ..passwords import Passwords
from ..store.api_keys import ApiKeys
from ..store.audit import Audit
from ..store.comment_search import CommentSearch
from ..store.corrections import Corrections
from ..store.editors import Editors
from ..store.guesses import Guesses
from ..store.held_votes import HeldVotes
from ..store.moderation import Moderation
from ..store.sessions import Sessions

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
