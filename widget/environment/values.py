"""What the text of a setting must be. Each function returns its value, or raises ValueError."""

import re
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import ada_url

from widget.alerts.mail import is_address, mail_server
from widget.domain.host_names import can_be_looked_up
from widget.logs.lines import FORMS


def whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("must be a whole number") from None


def positive(text: str) -> int:
    value = whole(text)
    if value < 1:
        raise ValueError("must be 1 or more")
    return value


def natural(text: str) -> int:
    value = whole(text)
    if value < 0:
        raise ValueError("must be 0 or more")
    return value


def port(text: str) -> int:
    value = whole(text)
    if not 0 < value < 65536:
        raise ValueError("must be 1 to 65535")
    return value


_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def bind(text: str) -> str:
    """Return an IP address in its one shortest spelling, or a host name."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        address = ip_address(bare)
    except ValueError:
        is_name = _HOST.fullmatch(text) and can_be_looked_up(text)
        if bare != text or not is_name or text.replace(".", "").isdecimal():
            raise ValueError(
                "must be an address alone, such as 127.0.0.1, ::1, or 0.0.0.0 or :: for all of "
                "this machine; PORT has the port"
            ) from None
        return text
    if isinstance(address, IPv6Address) and address.scope_id:
        raise ValueError("must be an address without a zone")
    return str(address)


def whole_path(text: str) -> Path:
    """Return a whole path. A relative one is of the working directory, which is the caller's."""
    if text.startswith("~"):
        raise ValueError("begins with ~, which only a shell replaces; write the whole path")
    if "://" in text:
        raise ValueError("must be a path, not an address; READBACK_REDIS_URL has the store's")
    return Path(text).absolute()


def file_path(text: str) -> str:
    return str(whole_path(text)) if text else ""


def server(text: str) -> str:
    if text not in ("gunicorn", "granian"):
        raise ValueError("must be gunicorn or granian")
    return text


def fsync(text: str) -> str:
    if text not in ("everysec", "always"):
        raise ValueError("must be everysec or always")
    return text


def public_url(text: str) -> str:
    if not text:
        return text
    wanted = ValueError("must be http(s)://host[:port], without a user and with nothing after it")
    try:
        parsed = ada_url.URL(text)
    except ValueError:
        raise wanted from None
    if parsed.protocol not in ("http:", "https:") or parsed.pathname != "/" or parsed.search:
        raise wanted
    if parsed.hash or parsed.username or parsed.password or not can_be_looked_up(parsed.hostname):
        raise wanted
    return str(parsed.origin)


def log_form(text: str) -> str:
    if text not in FORMS:
        raise ValueError("must be text or json")
    return text


def token(text: str) -> str:
    if text and not (len(text) >= 16 and text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("must be 16 or more ASCII characters without spaces")
    return text


def smtp_url(text: str) -> str:
    if text:
        mail_server(text)
    return text


def mail_from(text: str) -> str:
    if text and not is_address(text):
        raise ValueError("must be an email address such as readback@news.example")
    return text
