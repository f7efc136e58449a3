"""What the desk works with beside the readers' services."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from widget.domain.editors.passwords import Passwords
from widget.services.labelling import Labelling
from widget.services.learning import Learning
from widget.services.lessons import Lessons
from widget.services.log_reading import LogReading
from widget.services.tone import SiteTone
from widget.services.tone_report import ToneReports
from widget.store.comments.moderation import Moderation
from widget.store.comments.rescoring import Rescoring
from widget.store.comments.search import CommentSearch
from widget.store.connect import Connection
from widget.store.desk.api_keys import ApiKeys
from widget.store.desk.audit import Audit
from widget.store.desk.editors import Editors
from widget.store.desk.guesses import Guesses
from widget.store.desk.refused_origins import RefusedOrigins
from widget.store.desk.sessions import Sessions
from widget.store.desk.site_desk import SiteDesk
from widget.store.figures.arms import ExperimentArms
from widget.store.limits import Limits
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections
from widget.store.reactions.held_votes import HeldVotes
from widget.store.reactions.seen import seen_on


@dataclass(frozen=True, slots=True)
class Desk:
    """:param seen_on: returns the origins that a site's bar was seen on, with the last time."""

    editors: Editors
    sessions: Sessions
    guesses: Guesses
    passwords: Passwords
    audit: Audit
    log_reading: LogReading
    api_keys: ApiKeys
    corrections: Corrections
    moderation: Moderation
    comment_search: CommentSearch
    rescoring: Rescoring
    held_votes: HeldVotes
    experiment_arms: ExperimentArms
    site_desk: SiteDesk
    seen_on: Callable[[str], dict[str, int]]
    refused_origins: RefusedOrigins
    labelling: Labelling
    lessons: Lessons
    learning: Learning
    tone_reports: ToneReports


def open_desk(connection: Connection, limits: Limits, aliases: Aliases, tone: SiteTone) -> Desk:
    """Build the desk's part of the services on one store."""
    return Desk(
        editors=Editors(connection),
        sessions=Sessions(connection),
        guesses=Guesses(connection, limits),
        passwords=Passwords(),
        audit=Audit(connection),
        log_reading=LogReading(connection),
        api_keys=ApiKeys(connection),
        corrections=Corrections(connection.patient(), aliases),
        moderation=Moderation(connection),
        comment_search=CommentSearch(connection),
        rescoring=Rescoring(connection),
        held_votes=HeldVotes(connection),
        experiment_arms=ExperimentArms(connection),
        site_desk=SiteDesk(connection),
        seen_on=partial(seen_on, connection),
        refused_origins=RefusedOrigins(connection),
        labelling=Labelling(connection, tone),
        lessons=Lessons(connection),
        learning=Learning(connection),
        tone_reports=ToneReports(connection),
    )
