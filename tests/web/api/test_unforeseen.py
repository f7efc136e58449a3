"""An unexpected error in code that runs before Flask: a plain 500, logged once."""

import logging
from pathlib import Path

import pytest
from flask import Flask

from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.store.embedded import EmbeddedStore
from widget.web.application import create_app
from widget.web.refusals import unforeseen


@pytest.fixture
def app(tmp_path: Path, redis_server: EmbeddedStore) -> Flask:
    secrets = tmp_path / "secrets.json"
    new_secrets_file(secrets)
    env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(secrets)}
    return create_app(Settings.from_env(env))


def test_an_error_during_a_vote_is_answered_and_logged_once(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    unreadable = {"wsgi.input": None, "CONTENT_LENGTH": "2", "HTTP_ORIGIN": "http://localhost:8000"}
    with caplog.at_level(logging.ERROR, "readback"):
        answer = app.test_client().post(
            "/v1/react",
            base_url="http://localhost:8000",
            content_type="text/plain",
            environ_overrides=unreadable,
        )
    error = (answer.json or {})["error"]
    assert (answer.status_code, error["code"]) == (500, "internal")
    assert "NoneType" not in answer.text
    [record] = caplog.records
    assert isinstance(record.args, tuple) and str(record.args[0]) in error["message"]


def test_a_path_cannot_write_a_line_of_its_own_into_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "readback"):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            unforeseen("GET", "/a\n2026-01-01 root signed in\x1b[2J\u202e")
    [record] = caplog.records
    assert record.getMessage().isprintable() and "root signed in" in record.getMessage()
