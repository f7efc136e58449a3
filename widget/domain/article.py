"""Articles: one canonical id for every spelling of an id or address. No Flask, no redis."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import ada_url

from widget.domain.app_origin import app_origin
from widget.domain.errors import BadArticle, NotFound
from widget.domain.model import Site

PARTITIONS = 32
MAX_URL_BYTES = 2048
MAX_CACHED_CHARS = 200
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_EXPLICIT = re.compile(r"[A-Za-z0-9._~-]{1,120}")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# Parameters that say where a reader came from, not which article this is.
_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid "
    "mkt_tok oly_anon_id oly_enc_id vero_id _hsenc _hsmi __hssc __hstc __hsfp hsctatracking "
    "wickedid s_cid cmpid ref_src ref_url _ga _gl".split()
)
# Parameters that carry a secret or say who a reader is; user[email] is named by its parts too.
_PRIVATE = frozenset(
    "auth authorization authkey auth_key authcode auth_code signature sig hmac jwt otp secret "
    "password passwd pass pwd api_key apikey access_key accesskey key_pair_id credential "
    "credentials phpsessid jsessionid sessid sessionid session_id session aspsessionid "
    "asp.net_sessionid cfid email e_mail mail user username user_name user_id userid login "
    "login_hint nonce samlresponse samlrequest relaystate csrf xsrf magic_link one_time_code "
    "unsubscribe subscriber_id visitor_id member_id customer_id contact_id".split()
)
_PRIVATE_ENDINGS = ("token", "_secret", "_password", "_signature", "_session", "_email", "sessid")
_PRIVATE_BEGINNINGS = ("x_amz_", "x_goog_", "aspsessionid", "openid")
_NAME_PARTS = re.compile(r"[\[\].]+")
# At some publishers sid is a story's id. It is a session's if it looks like one.
_MAYBE_SESSION = frozenset(("sid", "s", "sess"))
_SESSION = re.compile(r"(?=.*[0-9])[A-Za-z0-9_-]{20,}")
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
    site_key: str, origins: tuple[str, ...], article: str, poll_key: str = ""
) -> ArticleRef:
    """Return the site's article with this explicit id or URL.

    :raise BadArticle: neither an id nor an http(s) URL on one of the site's origins.
    """
    if len(article) <= MAX_CACHED_CHARS and article.isascii():
        return _resolved_cached(site_key, origins, article, poll_key)
    return _resolved(site_key, origins, article, poll_key)


def _resolved(site_key: str, origins: tuple[str, ...], article: str, poll_key: str) -> ArticleRef:
    canonical = article if _EXPLICIT.fullmatch(article) else canonical_url(article, origins)
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


def resolve_for(site: Site, article: str, poll_key: str = "") -> ArticleRef:
    """Call :func:`resolve` with the key and origins of a site."""
    return resolve(site.key, site.origins, article, poll_key)


def canonical_url(url: str, origins: tuple[str, ...]) -> str:
    """Return ``//host/path?query`` without the parts that do not select an article.

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
    host = _host(parsed)
    if host not in {_host(ada_url.URL(origin)) for origin in origins if _is_web(origin)}:
        raise BadArticle
    return f"//{host}" + _selecting(parsed.pathname, parsed.search[1:])


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
    return f"{'http' if is_http else 'https'}://{host}{_selecting(path, query)}"


def clean_url(url: str) -> str:
    """Return a stored URL without the parts that do not select an article; "" if it is none."""
    if not any(mark in url for mark in "?;#"):
        return url
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return ""
    return f"{parsed.origin}{_selecting(parsed.pathname, parsed.search[1:])}"


def _selecting(path: str, query: str) -> str:
    """Return path and query without the parts that do not select an article."""
    path = _ESCAPE.sub(_plain_if_unreserved, path)
    # The parser has resolved escaped dots ("%2e"), so decoding cannot produce a "..".
    path = _SESSION_IN_PATH.sub("", path).rstrip("/") or "/"
    kept = _without_private([p for p in query.split("&") if p and not _is_tracking(p)])
    return path + ("?" + "&".join(sorted(kept)) if kept else "")


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


def _plain_if_unreserved(escape: re.Match[str]) -> str:
    code = int(escape[0][1:], 16)
    return chr(code) if code in _UNRESERVED else escape[0].upper()


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith("utm_") or name in _TRACKING


def _without_private(parameters: list[str]) -> list[str]:
    """Drop parameters that carry a secret or a visitor."""
    kept = [p for p in parameters if not _is_private(p)]
    names = {_name_of(p) for p in kept}
    if {"code", "state"} <= names:  # both come back from a sign-in with OAuth
        return [p for p in kept if _name_of(p) not in ("code", "state", "scope", "session_state")]
    return kept


def _is_private(parameter: str) -> bool:
    name, value = _name_of(parameter), parameter.partition("=")[2]
    if name in _MAYBE_SESSION:
        return bool(_SESSION.fullmatch(value))
    return any(
        part in _PRIVATE or part.endswith(_PRIVATE_ENDINGS) or part.startswith(_PRIVATE_BEGINNINGS)
        for part in (name, *_NAME_PARTS.split(name))
    )


def _name_of(parameter: str) -> str:
    """Return a parameter's name as it is compared: decoded, in lower case, with underscores."""
    return unquote(parameter.partition("=")[0]).lower().replace("-", "_")
