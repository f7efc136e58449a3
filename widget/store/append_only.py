"""The files of the embedded store's append-only log, looked at before any server opens them.

A server that finds no manifest begins an empty store, and forgets every file that a manifest does
not name. So whatever is damaged or missing is refused here, before anything is changed.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from widget.settings import SettingError

FOLDER = "appendonlydir"
MANIFEST = "appendonly.aof.manifest"
_LINE = re.compile(r"file (\S+) seq (\d+) type ([bih])")
_NAME = re.compile(r"appendonly\.aof\.(\d+)\.(base|incr)\.(rdb|aof)")
REPAIR = (
    "1. Copy the whole folder {data_dir}. 2. Run `readback store check`, which says what is wrong. "
    "3. Run `readback store repair`, which keeps a copy, or restore a back-up"
)


class DamagedFiles(SettingError):
    """Files of the store that are damaged or missing. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files that hold the data.

    :param base: name of the snapshot that comes first.
    :param increments: names of the files of commands since, oldest first.
    :param past: names of files that a rewrite has replaced.
    """

    base: str
    increments: tuple[str, ...] = ()
    past: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The files in the order in which they are loaded."""
        return (self.base, *self.increments)

    def text(self) -> str:
        """Return the manifest's text, as the server writes it."""
        lines = [_line(self.base, "b"), *(_line(name, "i") for name in self.increments)]
        return "".join(f"{line}\n" for line in lines)


def _line(name: str, kind: str) -> str:
    return f"file {name} seq {sequence(name)} type {kind}"


def sequence(name: str) -> int:
    """Return the number in a file's name; 0 if it has none."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else 0


def has_files(data_dir: Path) -> bool:
    """Return whether there is any file of a store, of whatever form."""
    folder = data_dir / FOLDER
    return (data_dir / "appendonly.aof").exists() or (
        folder.is_dir() and any(folder.glob("appendonly.aof.*"))
    )


def read_manifest(data_dir: Path) -> Manifest:
    """Read the manifest of a store.

    :raise DamagedFiles: it is missing or cut, or there is data that it does not name.
    """
    folder = data_dir / FOLDER
    try:
        lines = (folder / MANIFEST).read_text().splitlines()
    except FileNotFoundError:
        raise _damaged(data_dir, f"{folder / MANIFEST} is missing") from None
    except UnicodeDecodeError:
        lines = [""]
    except OSError as problem:
        raise _unreadable(data_dir, folder / MANIFEST, problem.strerror) from None
    found = [_LINE.fullmatch(line) for line in lines]
    by_kind: dict[str, list[str]] = {"b": [], "i": [], "h": []}
    for match in found:
        if match is None:
            raise _damaged(data_dir, f"{folder / MANIFEST} is damaged")
        by_kind[match[3]].append(match[1])
    if len(by_kind["b"]) != 1:
        raise _damaged(data_dir, f"{folder / MANIFEST} is damaged")
    manifest = Manifest(by_kind["b"][0], tuple(by_kind["i"]), tuple(by_kind["h"]))
    for path in unnamed(folder, manifest):
        if ".incr." in path.name and path.stat().st_size:
            raise _damaged(data_dir, f"{folder / MANIFEST} does not name {path.name}")
    return manifest


def unnamed(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the files of the store's form that the manifest does not name."""
    known = {*manifest.names, *manifest.past}
    return [
        path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path.name not in known
    ]


def check_files(data_dir: Path, *, may_be_new: bool) -> bool:
    """Refuse files that no server should open. Return False if there are none: a new store.

    :param may_be_new: begin an empty store even where there was one before.
    :raise DamagedFiles: a file is damaged, missing, or of another user; the message has the remedy.
    """
    if not has_files(data_dir):
        if had_store(data_dir) and not may_be_new:
            raise DamagedFiles(
                f"READBACK_DATA_DIR: {data_dir} has been the folder of a store, but its folder "
                f"{FOLDER} is missing or empty. Is the volume mounted, is READBACK_DATA_DIR "
                "right? Put the folder back, or restore a back-up. If an empty store is what you "
                "want, run `readback store new`"
            )
        return False
    if (data_dir / FOLDER).is_dir():
        manifest = read_manifest(data_dir)
        for name in manifest.names:
            check_file(data_dir, data_dir / FOLDER / name)
    return True


def had_store(data_dir: Path) -> bool:
    """Return whether a store has run in this folder.

    A file of secrets alone may have been put there before the first start, and may be elsewhere.
    """
    return (data_dir / "rewritten").exists() or any(data_dir.glob("valkey.log*"))


def check_file(data_dir: Path, path: Path) -> None:
    """:raise DamagedFiles: the file is missing, or this user may not read and write it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        raise DamagedFiles(
            f"READBACK_DATA_DIR: the store's file {path} is missing, which its manifest names. "
            "Without it, votes would be missing. Put it back, or restore a back-up"
        ) from None
    except OSError as problem:
        raise _unreadable(data_dir, path, problem.strerror) from None
    os.close(descriptor)


def _damaged(data_dir: Path, what: str) -> DamagedFiles:
    return DamagedFiles(f"READBACK_DATA_DIR: {what}. " + REPAIR.format(data_dir=data_dir))


def _unreadable(data_dir: Path, path: Path, why: str | None) -> DamagedFiles:
    return DamagedFiles(
        f"READBACK_DATA_DIR: {path}: {why}. Readback runs as user {os.geteuid()}; give it the "
        f"files of {data_dir}: `chown -R {os.geteuid()} {data_dir}`, and permission to write"
    )
