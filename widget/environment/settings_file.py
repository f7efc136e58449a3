"""readback.env: a setting a line, in the part of the form that systemd, docker and we read alike.

Whatever one of them would read differently is refused, so that server and commands, however they
are started, never have different values from one file. No message has a value: it may be a secret.
"""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from widget.domain.errors import OperatorError

MOST_BYTES = 64 * 1024
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_BOM = "\ufeff"


class BadSettingsFile(OperatorError):
    """A settings file that cannot be read. The message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Line:
    """One setting of a file."""

    value: str = field(repr=False)
    number: int


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file that was read: its lines by the names that they set."""

    path: Path
    lines: Mapping[str, Line]
    is_world_readable: bool = False


def read_settings_file(path: Path) -> SettingsFile:
    """Read and check a file.

    :raise BadSettingsFile: it is missing, unreadable or not of this form.
    :raise FileNotFoundError: there is none.
    """
    try:
        # Not blocking: a pipe without a writer would keep a start waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise BadSettingsFile(
            f"{path}: {problem.strerror}. Let this user read it, or run this as a user who may: "
            "`runuser -u readback -- readback ...`"
        ) from None
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise BadSettingsFile(f"{path} is a folder; name the file in it")
        if not stat.S_ISREG(found.st_mode) and not path.samefile(os.devnull):
            raise BadSettingsFile(
                f"{path} is not a regular file, but it has to be read more than once"
            )
        raw = os.read(descriptor, MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(raw) > MOST_BYTES:
        raise BadSettingsFile(f"{path} is longer than {MOST_BYTES // 1024} KiB")
    return SettingsFile(path, parse(raw, path), bool(found.st_mode & stat.S_IROTH))


def parse(raw: bytes, path: Path) -> dict[str, Line]:
    """Return the lines of a file by the names that they set.

    :raise BadSettingsFile: a line is not of the form.
    """
    lines: dict[str, Line] = {}
    for number, raw_line in enumerate(raw.split(b"\n"), start=1):
        try:
            text = raw_line.decode()
            if text.startswith(_BOM) and number == 1:
                raise ValueError("save the file as UTF-8 without a byte order mark (BOM)")
            text = text.removesuffix("\r")
            if text.rstrip().endswith("\\") and text.lstrip().startswith("#"):
                raise ValueError("end the comment without a backslash: systemd joins the next line")
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            name, value = _setting(text)
            if name in lines:
                raise ValueError(
                    f"{name} is already in line {lines[name].number}; keep one of them"
                )
        except UnicodeDecodeError:
            raise BadSettingsFile(f"{path}, line {number}: it is not UTF-8") from None
        except ValueError as problem:
            raise BadSettingsFile(f"{path}, line {number}: {problem}") from None
        lines[name] = Line(value, number)
    return lines


def _setting(text: str) -> tuple[str, str]:
    """Return name and value of a line.

    :raise ValueError: it is not NAME=VALUE as every program reads it.
    """
    if re.match(r"\s*export\s", text):
        raise ValueError("leave out `export`: this is not a script")
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError("write NAME=VALUE; a comment begins with #")
    if name != name.strip():
        raise ValueError("leave out the spaces before and after the name")
    if not _NAME.fullmatch(name):
        raise ValueError("a name has letters, digits and _ only, as READBACK_PUBLIC_URL")
    if why := _why_refused(value):
        raise ValueError(f"{name}: {why}")
    return name, value


def _why_refused(value: str) -> str:
    """Return why not every program reads the same value here; "" if all do."""
    if value != value.strip():
        return "leave out the spaces before and after the value"
    if value.startswith(('"', "'")):
        return "leave out the quotes, which docker would treat as part of the value"
    if not value.isprintable():
        return "it has an invisible character"
    if "\\" in value:
        return "systemd reads a backslash as an escape; in an address, write %5C"
    if "$" in value:
        return "docker compose replaces a $ with a variable; in an address, write %24"
    if re.search(r"\s#", value):
        return "put a comment on a line of its own; in an address, write # as %23"
    return ""
