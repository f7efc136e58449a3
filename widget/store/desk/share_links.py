"""Share links: anyone with the link sees one page of figures, until it expires or is revoked.

The secret in a link is random, and the store has only its hash. So a link cannot be forged, and a
stolen dump gives no access.
"""

import secrets
from dataclasses import dataclass, replace

import msgspec

from widget.domain.errors import RateLimited
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.editors import digest
from widget.store.scripts import store_errors, written

MOST_LINKS = 50
# Before the key of a question, where an article's id would be: a server of v0.3, which knows no
# links to questions, then finds no such article, instead of showing the overview.
_QUESTION = "question:"


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A share link as stored.

    :param digest: hash of the secret; identifies the link when an editor revokes it.
    :param article_id: the article it shows, or :func:`question_subject`; "" for the overview.
    :param period: a preset's name, or "" with ``first`` and ``last`` as days in text.
    """

    digest: str
    label: str
    article_id: str
    period: str
    first: str
    last: str
    made_by: str
    made_s: int
    ends_s: int

    @property
    def poll_key(self) -> str:
        """The key of the editor's own question that it shows, "" for another page."""
        is_question = self.article_id.startswith(_QUESTION)
        return self.article_id.removeprefix(_QUESTION) if is_question else ""


def question_subject(poll_key: str) -> str:
    """Return what a link to a question has as its ``article_id``."""
    return f"{_QUESTION}{poll_key}"


class ShareLinks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, site: Site, link: ShareLink) -> str:
        """Store a link under a new secret, and return the secret, which cannot be read again.

        :raise RateLimited: the site has 50 active links already.
        """
        secret = secrets.token_urlsafe(24)
        if len(self.of(site, now_s=link.made_s)) >= MOST_LINKS:
            raise RateLimited(f"A site has at most {MOST_LINKS} links. Revoke one first.")
        named = replace(link, digest=digest(secret))
        with store_errors():
            record = msgspec.json.encode(named)
            written(self._connection, ("HSET", keys.share_links(site.key), named.digest, record))
        return secret

    def of(self, site: Site, *, now_s: int) -> list[ShareLink]:
        """Return the active links, newest first, and remove the expired ones from the store."""
        key = keys.share_links(site.key)
        with store_errors():
            stored = self._connection.client.hvals(key)
            links = [msgspec.json.decode(raw, type=ShareLink) for raw in stored]
            ended = [link.digest for link in links if now_s >= link.ends_s]
            if ended:
                self._connection.client.hdel(key, *ended)
        living = [link for link in links if now_s < link.ends_s]
        return sorted(living, key=lambda link: (link.made_s, link.digest), reverse=True)

    def find(self, site: Site, secret: str, *, now_s: int) -> ShareLink | None:
        """Return the link with this secret; None if there is none, or it has expired."""
        with store_errors():
            raw = self._connection.client.hget(keys.share_links(site.key), digest(secret))
        link = msgspec.json.decode(raw, type=ShareLink) if raw else None
        return link if link and now_s < link.ends_s else None

    def revoke(self, site: Site, name: str) -> ShareLink | None:
        """Revoke a link by its digest, and return it; None if there is none."""
        with store_errors():
            raw = self._connection.client.hget(keys.share_links(site.key), name)
            if raw is None:
                return None
            [was_there] = written(self._connection, ("HDEL", keys.share_links(site.key), name))
            if not was_there:
                return None
        return msgspec.json.decode(raw, type=ShareLink)
