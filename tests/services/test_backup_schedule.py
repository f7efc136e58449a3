"""Back-ups of the embedded store at regular times."""

import logging
import os
from pathlib import Path

import pytest

from tests.conftest import NOW_S
from widget.secrets import Secrets
from widget.services.backup_schedule import AGAIN_S, BackupSchedule
from widget.settings import SettingError, Settings
from widget.store.backup.archive import Archive
from widget.store.connect import Connection

HOUR_S = 3600
SECRETS = Secrets((), (), "k" * 40, "")


def schedule(connection: Connection, folder: Path, *, is_owner: bool = True) -> BackupSchedule:
    connection.client.set("rb:{news:1}:past", 1)
    return BackupSchedule(connection, SECRETS, folder, lambda: is_owner, hours=6, keep=2)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "backups").iterdir())


def test_a_back_up_is_written_every_few_hours_and_the_newest_are_kept(
    connection: Connection, tmp_path: Path
) -> None:
    backups = schedule(connection, tmp_path)
    hours = [0, 1, 5.9, 6, 7, 12, 24, 3, 4, 9]  # at 3 the clock was set back
    written = [backups.run(now_s=NOW_S + hour * HOUR_S) for hour in hours]
    assert written == [True, False, False, True, False, True, True, True, False, True]
    assert files(tmp_path) == [
        "readback-2025-11-12T17-00-00Z.backup",
        "readback-2025-11-13T08-00-00Z.backup",
    ]
    newest = tmp_path / "backups" / files(tmp_path)[0]
    os.utime(newest, (NOW_S, NOW_S))
    (tmp_path / "backups" / files(tmp_path)[1]).unlink()
    restarted = schedule(connection, tmp_path)
    assert not restarted.run(now_s=NOW_S + 5 * HOUR_S)
    assert restarted.run(now_s=NOW_S + 6 * HOUR_S)
    assert (tmp_path / "backups").stat().st_mode & 0o777 == 0o700
    Archive(newest).check()


def test_what_a_killed_process_left_goes_and_what_an_operator_put_there_stays(
    connection: Connection, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "readback-2025-11-01T08-00-00Z.backup.partial").write_bytes(b"cut")
    (tmp_path / "backups" / "before-the-move.backup").write_bytes(b"mine")
    backups = schedule(connection, tmp_path)
    for day in range(4):
        backups.run(now_s=NOW_S + day * 24 * HOUR_S)
    assert len(files(tmp_path)) == 3 and files(tmp_path)[0] == "before-the-move.backup"


def test_a_process_that_shares_the_store_writes_none(
    connection: Connection, tmp_path: Path
) -> None:
    assert not schedule(connection, tmp_path, is_owner=False).run(now_s=NOW_S)
    assert not (tmp_path / "backups").exists()


def test_a_failure_is_logged_with_its_remedy_and_tried_again(
    connection: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backups = schedule(connection, tmp_path)
    (tmp_path / "backups").write_text("a file where the folder belongs")
    for after_s in (0, 1, AGAIN_S - 1):
        assert not backups.run(now_s=NOW_S + after_s)
    [line] = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert "READBACK_DATA_DIR" in line
    (tmp_path / "backups").unlink()
    assert backups.run(now_s=NOW_S + AGAIN_S)


def test_the_setting_is_refused_for_a_store_of_ones_own() -> None:
    with pytest.raises(SettingError, match="readback backup PATH"):
        Settings.from_env(
            {
                "READBACK_REDIS_URL": "redis://127.0.0.1",
                "READBACK_SECRETS": "x",
                "READBACK_BACKUP_HOURS": "6",
            }
        )
