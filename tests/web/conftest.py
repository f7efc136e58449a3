"""Fixtures over HTTP."""

import secrets

import pytest


@pytest.fixture
def article() -> str:
    """An article nobody has voted on."""
    return f"story-{secrets.token_hex(6)}"
