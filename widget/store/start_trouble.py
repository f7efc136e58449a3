"""Why the embedded server did not start, or ended, by its own log, and what to do about it."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from widget.domain.printable import printable
from widget.store.append_only import FOLDER, REPAIR
from widget.store.log_rotation import log_path

MAX_CHARS = 300
FULL_BYTES = 64 * 1024
_WARNING = re.compile(r"^\d+:\w .{20,30}? # (.+)$")
_NO_CAUSE = ("WARNING", "***", "Warning: ", "Valkey is now ready to exit", "oO0OoO0OoO0Oo")
RESTORE = (
    "It cannot be repaired. 1. Copy the whole folder {data_dir}. 2. Restore a back-up of it, "
    "or start over in an empty folder with `readback restore`"
)
# What a line of the log has, and what to do. The first one counts.
_REMEDIES = (
    (
        r"Can't handle RDB format version",
        "A newer release of Readback wrote these files. Install that release again",
    ),
    (r"No space left on device|File too large|Disk quota", "Make room on the disk of {data_dir}"),
    (
        r"Permission denied|Read-only file system|Operation not permitted",
        "Give user {user} the files of {data_dir} (`chown -R {user} {data_dir}`), and permission "
        "to write",
    ),
    (r"Cannot allocate memory|[Oo]ut [Oo]f [Mm]emory", "Give the machine more memory"),
    (r"reading the append only file (\S+)", REPAIR),
    (r"RDB|rdb", RESTORE),
)
_DEFAULT = "{log} says more. 1. Copy the whole folder {data_dir}. 2. Run `readback store check`"


def why_not_started(data_dir: Path, lines: Sequence[str], code: int | None) -> str:
    """Return one line: which file, what the server's log says, and what to do.

    :param lines: what this start wrote into the log, or on its standard error.
    :param code: the server's exit code; None if it still runs.
    """
    cause = _cause(lines)
    if not cause and shutil.disk_usage(data_dir).free < FULL_BYTES:
        cause = "No space left on device"  # not even for a line of the log
    log = log_path(data_dir)
    remedy = next((r for pattern, r in _REMEDIES if re.search(pattern, cause)), _DEFAULT)
    said = f'valkey.log: "{printable(cause)[:MAX_CHARS]}"' if cause else _exit(code)
    file = _file(data_dir, cause)
    damaged = f", file {file}" if file else ""
    return (
        f"READBACK_DATA_DIR: the embedded store did not start{damaged}: {said}. "
        + remedy.format(data_dir=data_dir, log=log, user=os.geteuid())
    )


def why_ended(lines: Sequence[str], code: int) -> str:
    """Return how a server that had started ended, and the last thing its log says about it.

    :param lines: the end of its log; the first one may be half a line.
    """
    # Where another part of the process takes in all its children, the code is lost: it is 0 then.
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    if not code:
        how = "ended"
    said = next((text for text in map(_warning, reversed(lines[1:])) if text), "")
    if code < 0:
        said = ""  # the log is older than the signal
    return f'{how}; valkey.log: "{printable(said)[:MAX_CHARS]}"' if said else how


def cut_off(line: str) -> str:
    """Return the file whose half last command the server dropped, if a line of its log says so."""
    match = re.search(r"Truncating the AOF (\S+) at offset \d+", line)
    return printable(match[1]) if match else ""


def _cause(lines: Sequence[str]) -> str:
    """Return the line that says why: one with a known remedy, else the last; "" if none does."""
    said = [text for text in map(_warning, reversed(lines)) if text]
    for pattern, _ in _REMEDIES:
        for text in said:
            if re.search(pattern, text):
                return text
    return said[0] if said else ""


def _warning(line: str) -> str:
    """Return what a line of the log says, without the server's own remedies; "" if no cause."""
    match = _WARNING.match(line)
    text = match[1] if match else "" if re.match(r"\d+:", line) else line
    text = re.split(r": make a backup|\. You can: ", text)[0].strip()
    return "" if text.startswith(_NO_CAUSE) else text


def _exit(code: int | None) -> str:
    if code is None:
        return "it did not answer in time"
    if code < 0:
        return f"signal {-code} ended it"
    return f"it ended with code {code} and its log does not say why"


def _file(data_dir: Path, cause: str) -> str:
    match = re.search(r"appendonly\.aof\.[\w.]+\w", cause)
    if match:
        return str(data_dir / FOLDER / match[0])
    bases = list((data_dir / FOLDER).glob("appendonly.aof.*.base.rdb")) if "RDB" in cause else []
    return str(bases[0]) if len(bases) == 1 else ""
