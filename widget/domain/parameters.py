"""Which parameters of an address choose a story. No Flask, no redis.

Three kinds never do: those that say where a reader came from, those that carry a secret, and those
that say who a reader is. A site can keep or drop further ones.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from urllib.parse import unquote

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


@dataclass(frozen=True, slots=True)
class ParameterRules:
    """A site's own rules. ``name*`` is every name that begins so; names are in lower case.

    :param keep: choose a story, although the list of tracking parameters or ``drop`` has them.
    :param drop: do not choose a story.
    """

    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


NO_RULES = ParameterRules()


class _Names:
    """Names and beginnings of names."""

    def __init__(self, lines: Iterable[str]) -> None:
        found = tuple(lines)
        self._names = frozenset(line for line in found if not line.endswith("*"))
        self._beginnings = tuple(line[:-1] for line in found if line.endswith("*"))

    def __contains__(self, name: str) -> bool:
        return name in self._names or name.startswith(self._beginnings)


def _listed() -> _Names:
    text = resources.files("widget.domain").joinpath("tracking_parameters.txt").read_text("utf-8")
    return _Names(line for line in text.splitlines() if line[:1] not in ("", "#", "!"))


_TRACKING = _listed()


@lru_cache(maxsize=256)
def _compiled(rules: ParameterRules) -> tuple[_Names, _Names]:
    return _Names(rules.keep), _Names(rules.drop)


def selecting(parameters: Iterable[str], rules: ParameterRules) -> list[str]:
    """Return the parameters that choose a story, in a fixed order."""
    keep, drop = _compiled(rules)
    kept = []
    for parameter in parameters:
        name = _sent_name(parameter)
        if name in keep or (name not in drop and name not in _TRACKING):
            kept.append(parameter)
    return without_private(kept)


def without_private(parameters: Iterable[str]) -> list[str]:
    """Drop parameters that carry a secret or a visitor; return the others in a fixed order."""
    kept = sorted(p for p in parameters if p and not _is_private(p))
    names = {_name_of(p) for p in kept}
    if {"code", "state"} <= names:  # both come back from a sign-in with OAuth
        return [p for p in kept if _name_of(p) not in ("code", "state", "scope", "session_state")]
    return kept


def is_private_name(name: str) -> bool:
    """Say whether parameters of this name are always dropped."""
    return any(
        part in _PRIVATE or part.endswith(_PRIVATE_ENDINGS) or part.startswith(_PRIVATE_BEGINNINGS)
        for part in (name, *_NAME_PARTS.split(name))
    )


def _is_private(parameter: str) -> bool:
    name, value = _name_of(parameter), parameter.partition("=")[2]
    if name in _MAYBE_SESSION:
        return bool(_SESSION.fullmatch(value))
    return is_private_name(name)


def _sent_name(parameter: str) -> str:
    """Return a parameter's name in lower case. Mail programs leave an ``&amp;`` as it is."""
    return unquote(parameter.partition("=")[0]).lower().removeprefix("amp;")


def _name_of(parameter: str) -> str:
    """Return a name as private ones are compared: with underscores for hyphens."""
    return _sent_name(parameter).replace("-", "_")
