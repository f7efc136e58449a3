"""An unexpected error in code that runs before Flask: a plain 500, logged once."""

import logging
from pathlib import Path

import pytest
from flask import Flask

from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.store.embedded import EmbeddedStore
from widget.web.application import create_app


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
    [record] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert isinstance(record.args, tuple) and str(record.args[0]) in error["message"]
