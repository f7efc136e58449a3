"""Checks of what is on this machine: settings, secrets and the folder of the embedded store."""

import shutil
import stat
from collections.abc import Iterator

from widget.commands.check.findings import Finding, note, ok, problem
from widget.commands.store import as_owner
from widget.environment.environment import read_environment
from widget.secrets import load_secrets, secrets_path
from widget.settings import NAMES, SettingError, Settings, complaints

_LEAST_FREE_BYTES = 200 * 1024 * 1024


def check_settings() -> Iterator[Finding]:
    environment = read_environment()
    count = sum(environment.source(name) != "the default" for name in NAMES)
    where = f"{environment.file.path} and " if environment.file else ""
    set_ = "1 setting is" if count == 1 else f"{count} settings are"
    yield ok(f"{set_} set, by {where}the environment.")
    for complaint in complaints():
        if complaint.is_wrong:
            yield problem(complaint.text, "Correct it, and restart the server.")
        else:
            yield note(complaint.text)


def check_secrets(settings: Settings) -> Iterator[Finding]:
    path = secrets_path(settings)
    try:
        is_there = bool(settings.secrets) or path.exists()
    except PermissionError:
        yield problem(f"{path}: Permission denied.", f"{as_owner(settings)}.")
        return
    if not is_there:
        yield note(f"There is none at {path} yet. The server creates it when it first starts.")
        return
    try:
        loaded = load_secrets(path)
    except SettingError as refusal:
        yield problem(
            f"{refusal}.",
            f"If {path} was never used, replace it: `readback secrets new` makes one.",
        )
        return
    if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
        yield problem(
            f"Other users of this machine can read or change {path}.",
            f"chmod 600 {path}, or 640 if the service reads it by its group.",
        )
    else:
        yield ok(f"{path} is valid and private. Keep a copy elsewhere.")
    if settings.ledger_days and not loaded.ledger_keys:
        yield note(
            f"{path} has no key for the ledger, so none is written.",
            "Restart the server. If it may not change this file, run "
            f"`readback secrets ledger-key {path}` as a user who may.",
        )


def check_folder(settings: Settings) -> Iterator[Finding]:
    """Check the folder of the embedded store."""
    folder = settings.data_dir
    if not folder.is_dir():
        return
    if folder.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH):
        yield problem(f"Other users of this machine can look into {folder}.", f"chmod 700 {folder}")
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < _LEAST_FREE_BYTES:
        yield problem(
            f"The disk of {folder} has {free_bytes // 1024**2} MB left.",
            "Make room: a store that cannot write refuses votes.",
        )
