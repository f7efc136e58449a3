"""The site of the stories that Readback serves itself."""

from dataclasses import replace
from urllib.parse import urlsplit

from widget.domain.model import Site
from widget.settings import Settings

HOME = "home"


def home_site(settings: Settings) -> Site:
    """Return the site of Readback's own stories, at whatever address it is served."""
    site = Site(HOME, "Readback", own_origins(settings.public_url, settings.port))
    return replace(site, register=site.registered())


def own_origins(public_url: str, port: int) -> tuple[str, ...]:
    """Return the public origin and, on a loopback host, its other names."""
    parts = urlsplit(public_url)
    origins = [public_url]
    if parts.hostname in ("127.0.0.1", "localhost"):
        origins += [f"http://{name}:{port}" for name in ("127.0.0.1", "localhost")]
    return tuple(dict.fromkeys(origins))
