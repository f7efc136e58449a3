"""Readback: how readers feel about a story, counted exactly."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from widget.alerts.address import EgressPolicy
from widget.assets import asset_folder
from widget.domain.editors.passwords import Passwords
from widget.domain.model import Site
from widget.domain.readers.challenge import Challenges
from widget.domain.readers.reader import Readers
from widget.domain.stories import StoryError, load_stories
from widget.secrets import Secrets, load_secrets, new_secrets_file
from widget.services.alerts.wiring import open_alerting
from widget.services.voting import HOME, Services
from widget.settings import SettingError, Settings
from widget.store.comments.comments import Comments
from widget.store.comments.moderation import Moderation
from widget.store.comments.search import CommentSearch
from widget.store.comments.threads import Threads
from widget.store.connect import Connection
from widget.store.desk.api_keys import ApiKeys
from widget.store.desk.audit import Audit
from widget.store.desk.editors import Editors
from widget.store.desk.guesses import Guesses
from widget.store.desk.sessions import Sessions
from widget.store.embedded import EmbeddedStore
from widget.store.limits import Limits
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections
from widget.store.reactions.held_votes import HeldVotes
from widget.store.reactions.moves import Moves
from widget.store.reactions.seen import seen_on
from widget.store.reactions.votes import Reactions
from widget.store.sites import Sites
from widget.tone import score
from widget.web import health, refusals
from widget.web.api import comments, crossorigin, forget, openheart
from widget.web.api.edge import Edge
from widget.web.api.reads import Reads
from widget.web.api.votes import Votes
from widget.web.body import MAX_BODY_BYTES
from widget.web.desk import addresses, audit_log, held_votes
from widget.web.desk import chooser as desk
from widget.web.desk import editors as editors_admin
from widget.web.desk import filters as shown
from widget.web.desk.comments import views as moderation
from widget.web.desk.corrections import views as desk_corrections
from widget.web.desk.figures import api as figures_api
from widget.web.desk.figures import articles, overview, sections, share_links
from widget.web.desk.figures import filters as shown_figures
from widget.web.desk.figures.request import open_figures
from widget.web.desk.services import Desk
from widget.web.desk.settings import alerts as site_alerts
from widget.web.desk.settings import api_keys as site_keys
from widget.web.desk.settings import new_site as sites_admin
from widget.web.desk.settings import site as site_settings
from widget.web.desk.settings import texts as site_texts
from widget.web.desk.signin import access, auth
from widget.web.network import own_hosts, own_origins
from widget.web.reader import comment_pages, embed, pages, react_form

EGRESS_POLICY = EgressPolicy()


def create_app(settings: Settings | None = None, egress: EgressPolicy = EGRESS_POLICY) -> Flask:
    """The one place where things are wired.

    :param egress: how alerts reach other people's servers.
    :raise SettingError: a setting is wrong or missing.
    :raise StoryError: a story file cannot be served.
    """
    settings = settings or Settings.from_env()
    connection, _ = open_store(settings)
    comments = Comments(connection)
    secrets = open_secrets(settings)
    stories = load_stories(settings.articles_dir)
    services = Services(
        settings=settings,
        sites=Sites(connection, home_site(settings)),
        reactions=Reactions(connection),
        aliases=Aliases(connection),
        moves=Moves(connection),
        limits=Limits(connection),
        readers=Readers(secrets.token_keys, secrets.vote_key.encode()),
        challenges=Challenges(secrets.challenge_key, cost=settings.proof_cost),
        comments=comments,
        threads=Threads(connection, comments),
        score=score,
        stories=stories,
        stories_by_id={story.id: story for story in stories.values()},
    )

    app = Flask(
        __name__, template_folder=asset_folder("templates"), static_folder=asset_folder("static")
    )
    https = settings.public_url.startswith("https:")
    app.config.update(
        SECRET_KEY=secrets.session_keys[-1],
        SECRET_KEY_FALLBACKS=list(secrets.session_keys[:-1]),
        SESSION_COOKIE_NAME="__Host-readback-form" if https else "readback-form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=20,
        WTF_CSRF_SSL_STRICT=False,  # the origin is checked by SameSite and the token, not Referer
        WTF_CSRF_TIME_LIMIT=4 * 3600,
    )
    app.jinja_env.filters["typographic"] = lambda text: text.replace("'", "\u2019")
    # Rendered from our own files by a renderer that escapes HTML: the one place that may say so.
    app.jinja_env.filters["story_html"] = Markup
    app.jinja_env.globals["story_comments"] = comment_pages.story_comments
    app.extensions["readback"] = services
    app.extensions["readback.desk"] = open_desk(connection, services)
    app.extensions["readback.figures"] = open_figures(connection)
    alerting = open_alerting(connection, services.sites, settings, secrets, egress)
    app.extensions["readback.alerting"] = alerting
    add_routes(app)
    access.register(app)
    shown.register(app)
    addresses.register(app)
    shown_figures.register(app)
    crossorigin.register(app)
    app.after_request(pages.protect)
    refusals.register(app)
    hosts = own_hosts(settings.public_url, settings.port)
    edge = Edge(app.wsgi_app, Reads(services), Votes(services), hosts)
    app.wsgi_app = edge  # type: ignore[method-assign]  # as Flask documents middleware
    return app


def open_desk(connection: Connection, services: Services) -> Desk:
    return Desk(
        editors=Editors(connection),
        sessions=Sessions(connection),
        guesses=Guesses(connection, services.limits),
        passwords=Passwords(),
        audit=Audit(connection),
        api_keys=ApiKeys(connection),
        corrections=Corrections(connection.patient(), services.aliases),
        moderation=Moderation(connection),
        comment_search=CommentSearch(connection),
        held_votes=HeldVotes(connection),
        seen_on=partial(seen_on, connection),
    )


def add_routes(app: Flask) -> None:
    desk_parts = (
        auth,
        desk,
        sites_admin,
        editors_admin,
        site_settings,
        site_texts,
        site_keys,
        site_alerts,
        audit_log,
        desk_corrections,
        moderation,
        held_votes,
    )
    figure_parts = (overview, articles, sections, share_links, figures_api)
    reader_parts = (comment_pages, comments, embed, forget, health, openheart, pages, react_form)
    for part in (*reader_parts, *desk_parts, *figure_parts):
        app.register_blueprint(part.blueprint)


@contextmanager
def start_or_say_why() -> Iterator[None]:
    """What keeps Readback from starting ends the process with one line."""
    try:
        yield
    except (SettingError, StoryError) as problem:
        sys.exit(f"Readback does not start. {problem}")


def open_store(settings: Settings) -> tuple[Connection, EmbeddedStore | None]:
    """A connection to the store; the embedded server too where it is what READBACK_REDIS_URL asks.

    :raise SettingError: the address is wrong, or the embedded server does not start.
    """
    if settings.redis_url:
        return Connection(settings.redis_url, timeout_ms=settings.redis_timeout_ms), None
    embedded = EmbeddedStore(settings.data_dir, fsync=settings.fsync)
    embedded.start()
    return Connection(embedded.url, timeout_ms=settings.redis_timeout_ms), embedded


def open_secrets(settings: Settings) -> Secrets:
    """:raise SettingError: a named secrets file is missing or weak."""
    if settings.secrets:
        return load_secrets(Path(settings.secrets))
    path = settings.data_dir / "secrets.json"
    if not path.exists():
        try:
            new_secrets_file(path)
        except FileExistsError:
            pass  # another process was first, and its keys are ours too
    return load_secrets(path)


def home_site(settings: Settings) -> Site:
    """The site of the pages served here, at whatever address they are served."""
    return Site(HOME, "Readback", own_origins(settings.public_url, settings.port))
