"""The variables that settings are read from: those of the process, then those of the file."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from widget.environment.places import ENV_FILE, found_file, places
from widget.environment.settings_file import SettingsFile

PREFIX = "READBACK_"
OWN = (ENV_FILE, "READBACK_DEV_STARTED_S")  # variables of ours that are no settings
# Flask's: a start refuses them, so it would be wrong to say that they do nothing.
REFUSED = ("DEBUG", "FLASK_DEBUG")
_LIKE_OURS = 0.85  # of 1: a variable of the process so close to a name of ours is meant to be it
_LIKE_ONE = 0.6  # and what follows the prefix, to be named as the one that may be meant


class Complaint(NamedTuple):
    """A variable that does not do what its writer meant.

    :param is_wrong: it should be changed; otherwise it may be meant so.
    """

    text: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables, and the file that some of them are from.

    :param process: those of the process. An empty one is as good as none, and the others win over
        the file.
    """

    process: Mapping[str, str]
    file: SettingsFile | None = None

    def get(self, name: str) -> str:
        """Return a variable's value; "" if it is not set."""
        return self.process.get(name) or (self._in_file(name) if self.file else "")

    def is_from_file(self, name: str) -> bool:
        return not self.process.get(name) and bool(self._in_file(name))

    def source(self, name: str) -> str:
        """Return where a value is from: ``/etc/readback/readback.env, line 3``."""
        if self.process.get(name):
            return "the environment"
        if self.file and self._in_file(name):
            return f"{self.file.path}, line {self.file.lines[name].number}"
        return "the default"

    def complaints(self, known: tuple[str, ...], secret: tuple[str, ...]) -> Iterator[Complaint]:
        """Yield a line for each variable that does not do what its writer meant.

        :param known: the names of all settings.
        :param secret: those of them that may hold a password.
        """
        names = (*known, *OWN, *REFUSED)
        for name in self.process:
            if name in names:
                continue
            near = get_close_matches(name.upper(), known, 1, _LIKE_OURS)
            if name.upper().startswith(PREFIX) or (near and near[0].startswith(PREFIX)):
                yield Complaint(_unknown(name, "in the environment", known), True)
        if self.file is None:
            return
        for name, line in self.file.lines.items():
            where = f"{self.file.path}, line {line.number}"
            if name == ENV_FILE:
                text = f"{name} of {where}, does nothing: only the environment can name the file."
                yield Complaint(text, True)
            elif name not in known and name not in REFUSED:
                yield Complaint(_unknown(name, f"in {where}", known), True)
            elif self.process.get(name, line.value) not in ("", line.value):
                text = f"{name} of {where}, is not used: the environment has another value."
                yield Complaint(text, False)
        is_told = self.file.is_world_readable and any(self._in_file(name) for name in secret)
        if is_told:
            path = self.file.path
            text = f"Everyone on this machine can read the passwords in {path}: chmod o-r {path}"
            yield Complaint(text, True)
        yield from self._unread_files()

    def _unread_files(self) -> Iterator[Complaint]:
        assert self.file is not None
        if self.process.get(ENV_FILE):
            return
        later = [path for path in places() if path != self.file.path]
        for path in later:
            if os.path.isfile(path):
                yield Complaint(f"Settings are from {self.file.path}; {path} is not read.", False)

    def _in_file(self, name: str) -> str:
        line = self.file.lines.get(name) if self.file else None
        return line.value if line else ""


def read_environment() -> Environment:
    """Return the variables of this process and of its settings file.

    :raise BadSettingsFile: the file cannot be read; the message has the remedy.
    """
    return Environment(os.environ, found_file(os.environ))


def _unknown(name: str, where: str, known: tuple[str, ...]) -> str:
    shown = name if name.isprintable() and len(name) < 60 else "A name"
    near = _nearest(name.upper(), known)
    hint = f"Did you mean {near}?" if near else "`readback settings` lists all."
    return f"{shown} ({where}) is not a Readback setting, so it does nothing. {hint}"


def _nearest(name: str, known: tuple[str, ...]) -> str:
    """Return the setting that a name is meant to be; "" if it is like none."""
    if f"{PREFIX}{name}" in known:
        return f"{PREFIX}{name}"
    if not name.startswith(PREFIX):
        return next(iter(get_close_matches(name, known, 1, _LIKE_OURS)), "")
    # What all names have in common would make any two of them alike.
    own = {other.removeprefix(PREFIX): other for other in known}
    rest = name.removeprefix(PREFIX)
    words = set(rest.split("_")) - {"", "URL"}
    # READBACK_HOPS and READBACK_REDIS are words of longer names.
    having = [other for other in own if words and words <= set(other.split("_"))]
    near = get_close_matches(rest, having or own, 1, 0 if having else _LIKE_ONE)
    return own[near[0]] if near else ""
