"""A check and a repair of the embedded store's files, while no server runs on them.

Only what can be done exactly is done: a manifest is written anew if its files leave no doubt, and a
file of commands is cut at the first one that cannot be read. A copy of everything is kept.

The server's binary is its own checker when it is called by the checker's name.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from widget.settings import SettingError
from widget.store.append_only import (
    FOLDER,
    MANIFEST,
    DamagedFiles,
    Manifest,
    check_file,
    has_files,
    read_manifest,
    sequence,
)
from widget.store.valkey_server import valkey_server

_ANALYZED = re.compile(r"size=(\d+), ok_up_to=(\d+)")
CANNOT = (
    "It cannot be repaired without a doubt, and nothing was changed. Restore a back-up of the "
    "folder, or start over with `readback store new` and restore a back-up into it"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A file of commands, and how much of its end goes.

    :param at_byte: where the first command begins that cannot be read; 0: the whole file goes.
    :param size_bytes: of the file as it is.
    """

    name: str
    at_byte: int
    size_bytes: int

    @property
    def lost_bytes(self) -> int:
        return self.size_bytes - self.at_byte


@dataclass(frozen=True, slots=True)
class Plan:
    """What a repair would do.

    :param manifest: the files as they should be named.
    :param is_rebuilt: the manifest has to be written anew.
    :param cuts: the first one is cut at its bad command; those after it go whole.
    """

    manifest: Manifest
    is_rebuilt: bool
    cuts: tuple[Cut, ...]

    @property
    def is_needed(self) -> bool:
        return self.is_rebuilt or bool(self.cuts)


def plan_of(data_dir: Path) -> Plan:
    """Look at every file, and return what a repair would do.

    :raise DamagedFiles: it cannot be repaired.
    """
    folder = data_dir / FOLDER
    if not has_files(data_dir) or not folder.is_dir():
        raise DamagedFiles(f"READBACK_DATA_DIR: {folder} has no files of a store")
    is_rebuilt = False
    try:
        manifest = read_manifest(data_dir)
    except DamagedFiles:
        manifest, is_rebuilt = _manifest_of(folder), True
    for name in manifest.names:
        check_file(data_dir, folder / name)
    _check_base(folder / manifest.base)
    return Plan(manifest, is_rebuilt, _cuts(folder, manifest.increments))


def repair(data_dir: Path, plan: Plan, *, now: datetime) -> Path:
    """Carry out a plan, and return the folder with the copy of the files as they were.

    :raise SettingError: there is no room for the copy. Nothing was changed.
    """
    folder = data_dir / FOLDER
    copy = data_dir / f"{FOLDER}.before-repair-{now:%Y%m%dT%H%M%S}"
    try:
        shutil.copytree(folder, copy)
    except (OSError, shutil.Error) as problem:
        shutil.rmtree(copy, ignore_errors=True)
        raise SettingError(
            f"READBACK_DATA_DIR: no copy of {folder} could be made ({problem}). Nothing was changed"
        ) from None
    for cut in plan.cuts:
        with open(folder / cut.name, "r+b") as file:
            file.truncate(cut.at_byte)
            os.fsync(file.fileno())
    if plan.is_rebuilt:
        _replace(folder / MANIFEST, plan.manifest.text())
    return copy


def between(data_dir: Path, plan: Plan) -> tuple[datetime, datetime]:
    """Return between which times, by the files' own, the commands were written that a plan cuts."""
    folder = data_dir / FOLDER
    times = [os.stat(folder / name).st_mtime for name in plan.manifest.names]
    return datetime.fromtimestamp(times[0], UTC), datetime.fromtimestamp(times[-1], UTC)


def _manifest_of(folder: Path) -> Manifest:
    """Name the files without their manifest, if they leave no doubt.

    More than one of a kind may be what a rewrite has replaced. Loading that would count twice.
    """
    bases = [path.name for path in folder.glob("appendonly.aof.*.base.*")]
    increments = [path for path in folder.glob("appendonly.aof.*.incr.aof") if path.stat().st_size]
    if len(bases) != 1 or len(increments) > 1 or not sequence(bases[0]):
        raise DamagedFiles(
            f"READBACK_DATA_DIR: {folder / MANIFEST} is damaged or missing, and {folder} has "
            f"{len(bases)} snapshots and {len(increments)} files of commands, where one of each "
            f"would leave no doubt. {CANNOT}"
        )
    return Manifest(bases[0], tuple(path.name for path in increments))


def _check_base(path: Path) -> None:
    tool = "valkey-check-rdb" if path.suffix == ".rdb" else "valkey-check-aof"
    checked = _run(tool, path)
    if "Can't handle RDB format version" in checked.stdout:
        raise DamagedFiles(
            f"READBACK_DATA_DIR: a newer release of Readback wrote {path}. Install that release "
            "again; nothing was changed"
        )
    if checked.returncode:
        raise DamagedFiles(f"READBACK_DATA_DIR: the snapshot {path} is damaged. {CANNOT}")


def _cuts(folder: Path, increments: Sequence[str]) -> tuple[Cut, ...]:
    cuts: list[Cut] = []
    for name in increments:
        size_bytes = (folder / name).stat().st_size
        if cuts:
            cuts.append(Cut(name, 0, size_bytes))
        elif (whole_bytes := _whole_bytes(folder / name)) < size_bytes:
            cuts.append(Cut(name, whole_bytes, size_bytes))
    return tuple(cuts)


def _whole_bytes(path: Path) -> int:
    """Return where the first command begins that cannot be read; the file's size if all can."""
    if not path.stat().st_size:
        return 0
    checked = _run("valkey-check-aof", path)
    found = _ANALYZED.search(checked.stdout)
    if found is None:
        raise DamagedFiles(f"READBACK_DATA_DIR: {path} cannot be read as commands. {CANNOT}")
    return int(found[2])


def _run(tool: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool, str(path)],
        executable=valkey_server(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f"temp-{path.name}")
    with open(partial, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
