"""Articles: one canonical id for every spelling of an id or address. No Flask, no redis."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

import ada_url

from widget.domain.app_origin import app_origin
from widget.domain.errors import BadArticle, NotFound
from widget.domain.model import Site
from widget.domain.parameters import NO_RULES, ParameterRules, selecting, without_private

PARTITIONS = 32
MAX_URL_BYTES = 2048
MAX_CACHED_CHARS = 200
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_EXPLICIT = re.compile(r"[A-Za-z0-9._~-]{1,120}")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What a path can have as it is (RFC 3986), except ";": to some servers it and its escape differ.
_IN_PATH = _UNRESERVED | frozenset(b"!$&'()*+,=:@")
# In a query "&", "=" and "+" mean something, which their escapes do not.
_IN_QUERY = _UNRESERVED | frozenset(b"!$'()*,:@/?")
_TO_SPELL = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")
_SLASHES = re.compile(r"//+")
_INDEX = re.compile(r"/(?:index\.(?:x?html?|shtml|php|aspx?|jsp)|default\.(?:html?|aspx?))\Z", re.I)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article of one site. ``id``: 22 characters of base64url; ``partition``: 0 to 31.

    :param alias: the id of the requested address, if it is an alias of this article.
    :param others: ids of all other addresses of this article: a reader has a mark under each.
    """

    id: str
    partition: int
    address: str
    alias: str = ""
    others: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The ids of all addresses that resolve to this article, its own first."""
        return tuple(dict.fromkeys(filter(None, (self.id, self.alias, *self.others))))

    @property
    def poll_key(self) -> str:
        """The key of the editor's own poll, or "" for the reactions."""
        return poll_key_of(self.address)


def poll_key_of(address: str) -> str:
    """Return the key of the poll in a canonical address, or "" for an article's reactions."""
    return address.partition("#")[2]


def resolve(
    site_key: str,
    origins: tuple[str, ...],
    article: str,
    poll_key: str = "",
    rules: ParameterRules = NO_RULES,
) -> ArticleRef:
    """Return the site's article with this explicit id or URL.

    :raise BadArticle: neither an id nor an http(s) URL on one of the site's origins.
    """
    if len(article) <= MAX_CACHED_CHARS and article.isascii():
        return _resolved_cached(site_key, origins, article, poll_key, rules)
    return _resolved(site_key, origins, article, poll_key, rules)


def _resolved(
    site_key: str, origins: tuple[str, ...], article: str, poll_key: str, rules: ParameterRules
) -> ArticleRef:
    is_id = _EXPLICIT.fullmatch(article)
    canonical = article if is_id else canonical_url(article, origins, rules)
    return article_at(site_key, canonical, poll_key)


# 1.2 KB each at worst, where every character has to be escaped: about 1.2 MB.
_resolved_cached = lru_cache(maxsize=1024)(_resolved)


def article_at(site_key: str, canonical: str, poll_key: str = "") -> ArticleRef:
    """Return the article of a canonical address, or an editor's own poll on it."""
    name = f"{canonical}#{poll_key}" if poll_key else canonical
    digest = hashlib.sha256(f"{site_key}\n{name}".encode()).digest()
    article_id = base64.urlsafe_b64encode(digest)[:22].decode()
    return ArticleRef(article_id, digest[0] % PARTITIONS, name)


def partition_of(article_id: str) -> int:
    """Return the partition of an article from its id alone.

    :raise NotFound: not an id that :func:`resolve` makes, so no article has it.
    """
    if not _ID.fullmatch(article_id):
        raise NotFound("There is no article with this id.")
    return base64.urlsafe_b64decode(article_id[:4])[0] % PARTITIONS


def is_article_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def resolve_for(site: Site, article: str, poll_key: str = "") -> ArticleRef:
    """Call :func:`resolve` with the key, origins and rules of a site."""
    return resolve(site.key, site.origins, article, poll_key, site.parameters)


def is_article_of(site: Site, article: str) -> bool:
    """Return whether an id or address names an article of a site."""
    try:
        resolve_for(site, article)
    except BadArticle:
        return False
    return True


def canonical_url(url: str, origins: tuple[str, ...], rules: ParameterRules = NO_RULES) -> str:
    """Return ``//host/path?query`` in one spelling, without what does not choose an article.

    :raise BadArticle: as :func:`resolve`.
    """
    try:
        too_long = len(url.encode()) > MAX_URL_BYTES
    except UnicodeEncodeError:
        raise BadArticle from None
    if too_long or _CONTROL.search(url):
        raise BadArticle
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        raise BadArticle from None
    if parsed.protocol not in ("http:", "https:") or parsed.username or parsed.password:
        raise BadArticle
    host = _hosts(origins).get(_host(parsed))
    if host is None:
        raise BadArticle
    parameters = selecting(_parameters(parsed.search[1:]), rules)
    return f"//{host}{_one_path(parsed.pathname)}{_query(parameters)}"


@lru_cache(maxsize=128)  # 3 KB each at worst
def address_url(address: str, origins: tuple[str, ...] = ()) -> str:
    """Return the URL of a canonical address, without a poll; "" if it is not an address on the web.

    :param origins: the site's; one of them says whether this is http. Without any it is https.
    """
    if not address.startswith("//"):
        return ""
    host, slash, rest = address[2:].partition("#")[0].partition("/")
    is_http = f"http://{host}" in origins and f"https://{host}" not in origins
    # A record of an earlier version may have an address with more parameters than we keep now.
    path, _, query = (slash + rest).partition("?")
    return f"{'http' if is_http else 'https'}://{host}{_public(path, query)}"


def clean_url(url: str) -> str:
    """Return a stored URL without what is a reader's own; "" if it is none."""
    if not any(mark in url for mark in "?;#"):
        return url
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return ""
    return f"{parsed.origin}{_public(parsed.pathname, parsed.search[1:])}"


def _public(path: str, query: str) -> str:
    """Return path and query without secrets and visitors."""
    path = _SESSION_IN_PATH.sub("", path)
    return path + _query(without_private(query.split("&")))


def _one_path(path: str) -> str:
    """Return the one spelling of a path, without the session and the name of an index page."""
    # The parser has resolved escaped dots ("%2e"), so decoding cannot produce a "..".
    spelled = _TO_SPELL.sub(lambda found: _spelled(found[0], _IN_PATH), path)
    path = _SLASHES.sub("/", _SESSION_IN_PATH.sub("", spelled))
    return _INDEX.sub("/", path).rstrip("/") or "/"


def _parameters(query: str) -> list[str]:
    """Return a query's parameters, each in its one spelling. "+" is a space there."""
    spelled = _TO_SPELL.sub(lambda found: _spelled(found[0], _IN_QUERY), query.replace("+", "%20"))
    return [parameter for parameter in spelled.split("&") if parameter]


def _query(parameters: list[str]) -> str:
    return "?" + "&".join(parameters) if parameters else ""


def canonical_origin(origin: str, *, allow_http: bool = False) -> str:
    """Return an origin of the web or of an app in the form that browsers and web views send.

    :param allow_http: accept only the web's, http beyond loopback too: of addresses in files.
    :raise ValueError: the message says what is wrong, without a full stop.
    """
    if _CONTROL.search(origin) or "*" in origin:
        raise ValueError(f"{origin!r} must be one exact origin, without wildcards or spaces")
    of_app = None if allow_http else app_origin(origin)
    if of_app:
        return of_app
    try:
        parsed = ada_url.URL(origin)
    except ValueError:
        raise ValueError(f"{origin!r} is not an origin such as https://news.example") from None
    loopback = parsed.hostname in ("localhost", "127.0.0.1", "[::1]") or parsed.hostname.endswith(
        ".localhost"
    )
    if parsed.protocol != "https:" and not (
        parsed.protocol == "http:" and (loopback or allow_http)
    ):
        raise ValueError(f"{origin!r} must begin with https:// (http:// only on loopback)")
    if parsed.username or parsed.password:
        raise ValueError(f"{origin!r} must not contain a user name")
    if parsed.pathname != "/" or parsed.search or parsed.hash:
        raise ValueError(f"{origin!r} must end after the host and port")
    if "." not in parsed.hostname and not loopback:
        raise ValueError(f"{origin!r} needs a full host name")
    return f"{parsed.protocol}//{_host(parsed)}"


def _is_web(origin: str) -> bool:
    return origin.startswith(("https://", "http://"))


def _host(url: ada_url.URL) -> str:
    """Return host and port, without a default port or a trailing dot.

    The parser drops the default port of a URL's own scheme. This drops the other scheme's too:
    :443 on http and :80 on https.
    """
    host = str(url.hostname).rstrip(".")
    return host if url.port in ("", "80", "443") else f"{host}:{url.port}"


@lru_cache(maxsize=256)
def _hosts(origins: tuple[str, ...]) -> dict[str, str]:
    """Return the hosts of a site, each with the one that names its stories.

    With and without "www." is one host if both are origins; the one listed first names the stories.
    """
    hosts: dict[str, str] = {}
    for origin in filter(_is_web, origins):
        host = _host(ada_url.URL(origin))
        twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        hosts.setdefault(host, hosts.get(twin, host))
    return hosts


def _spelled(found: str, plain: frozenset[int]) -> str:
    """Return the one spelling of an escape, or of a character that needs one."""
    if len(found) == 1:
        return f"%{ord(found):02X}"
    code = int(found[1:], 16)
    return chr(code) if code in plain else found.upper()
