"""The Flask application: services, routes, policies and the edge in front, wired in one place."""

from flask import Flask
from markupsafe import Markup

from widget.alerts.address import EgressPolicy
from widget.assets import asset_folder
from widget.domain.stories import load_stories
from widget.secrets import Secrets, open_secrets
from widget.services.home import home_site
from widget.services.registry import open_services
from widget.settings import Settings
from widget.store.connect import open_store
from widget.web import api, desk, form_origin, page_limit, reader, refusals, services, wrong_method
from widget.web.api.edge import Edge
from widget.web.body import MAX_BODY_BYTES
from widget.web.watched import Watched

EGRESS_POLICY = EgressPolicy()
FORM_TTL_S = 4 * 3600


def create_app(settings: Settings | None = None, egress: EgressPolicy = EGRESS_POLICY) -> Flask:
    """Build the application.

    :param egress: how alerts reach other people's servers.
    :raise SettingError: a setting is wrong or missing.
    :raise StoryError: a story file cannot be served.
    """
    settings = settings or Settings.from_env()
    connection, embedded = open_store(settings)
    if embedded and embedded.is_owned:
        embedded.keep()  # under a server that, unlike ours, did not start the store first
    secrets = open_secrets(settings)
    stories = load_stories(settings.articles_dir)
    opened = open_services(connection, settings, secrets, home_site(settings), stories, egress)

    app = Flask(
        __name__, template_folder=asset_folder("templates"), static_folder=asset_folder("static")
    )
    configure(app, settings, secrets)
    services.register(app, opened)
    add_routes(app)
    wrong_method.register(app)
    page_limit.register(app)
    form_origin.register(app)
    api.register(app)
    reader.register(app)
    desk.register(app)
    refusals.register(app)
    edge = Edge(app.wsgi_app, opened)
    watched = Watched(edge, trusts_proxy=bool(settings.trusted_proxy_hops))
    app.extensions |= {"watched": watched, "store": connection}
    app.wsgi_app = watched  # type: ignore[method-assign]  # as Flask documents middleware
    return app


def configure(app: Flask, settings: Settings, secrets: Secrets) -> None:
    """Set what Flask and Flask-WTF read, and the filters that every template has."""
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
        WTF_CSRF_SSL_STRICT=False,  # SameSite and the token check the origin, not Referer
        WTF_CSRF_TIME_LIMIT=FORM_TTL_S,
    )
    app.jinja_env.filters["typographic"] = lambda text: text.replace("'", "\u2019")
    # Our own story files, rendered by a renderer that escapes HTML: only they may be Markup.
    app.jinja_env.filters["story_html"] = Markup


def add_routes(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in (*api.BLUEPRINTS, *reader.BLUEPRINTS, *desk.BLUEPRINTS):
        app.register_blueprint(blueprint)
