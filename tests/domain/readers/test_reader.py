"""Reader tokens and marks."""

import base64
import os
import time

import pytest

from widget.domain.errors import BadToken
from widget.domain.readers.reader import MAX_AGE_S, Readers, reader_from_nonce

KEYS = ("first-key-" + "x" * 40, "second-key-" + "y" * 40)
READER = bytes(range(16))


def readers(*keys: str) -> Readers:
    return Readers(keys, b"vote-key")


def test_a_token_identifies_its_reader_on_its_site_only() -> None:
    token = readers(*KEYS).token("news", READER)
    assert readers(*KEYS).reader("news", token) == READER
    with pytest.raises(BadToken):
        readers(*KEYS).reader("other", token)


def test_a_rotated_key_still_verifies_until_it_is_removed() -> None:
    old = readers(KEYS[0]).token("news", READER)
    assert readers(*KEYS).reader("news", old) == READER
    with pytest.raises(BadToken):
        readers(KEYS[1]).reader("news", old)


@pytest.mark.parametrize("age_s", [MAX_AGE_S + 60, -3700])
def test_a_token_too_old_or_from_the_future_is_refused(
    monkeypatch: pytest.MonkeyPatch, age_s: int
) -> None:
    now = time.time()
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: now - age_s)
        token = readers(*KEYS).token("news", READER)
    with pytest.raises(BadToken):
        readers(*KEYS).reader("news", token)


def test_no_character_of_a_token_can_be_changed_or_cut() -> None:
    token = readers(*KEYS).token("news", READER, worked=True)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        for broken in (changed, token[:at]):
            with pytest.raises(BadToken):
                readers(*KEYS).reader("news", broken)


@pytest.mark.parametrize("reader", [bytes(16), READER, bytes([255] * 16)])
def test_a_signature_has_only_one_spelling(reader: bytes) -> None:
    token = readers(*KEYS).token("news", reader)
    equivalents = [token[:-1] + chr(code) for code in range(128) if chr(code) != token[-1]]
    for other in (*equivalents, token + "=", token + "\n", token[:-5] + "!" + token[-5:]):
        with pytest.raises(BadToken):
            readers(*KEYS).reader("news", other)


def test_marks_of_one_reader_differ_by_article_and_site() -> None:
    marks = {
        readers(*KEYS).mark(site, article, READER)
        for site in ("news", "other")
        for article in ("a", "b", "c")
    }
    assert len(marks) == 6 and {len(mark) for mark in marks} == {8}


@pytest.mark.parametrize("nonce", ["", "x" * 21, "x" * 23, "é" * 22, "=" * 22, "x" * 21 + "\n"])
def test_a_nonce_is_16_bytes_in_base64url(nonce: str) -> None:
    with pytest.raises(BadToken):
        reader_from_nonce(nonce)


def test_a_valid_nonce_gives_its_bytes() -> None:
    raw = os.urandom(16)
    assert reader_from_nonce(base64.urlsafe_b64encode(raw).rstrip(b"=").decode()) == raw
