"""Reader tokens and marks."""

import base64
import hashlib
import os
import time
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner

from widget.domain.errors import BadToken
from widget.domain.readers.reader import (
    MAX_AGE_S,
    RENEWED_AFTER_S,
    KnownReader,
    Readers,
    reader_from_nonce,
)

KEYS = ("first-key-" + "x" * 40, "second-key-" + "y" * 40)
READER = bytes(range(16))


def readers(*keys: str) -> Readers:
    return Readers(keys, b"vote-key")


def test_a_token_identifies_its_reader_on_its_site_only() -> None:
    token = readers(*KEYS).token("news", READER)
    assert readers(*KEYS).reader("news", token) == READER
    with pytest.raises(BadToken):
        readers(*KEYS).reader("other", token)


@pytest.mark.parametrize("worked", [True, False])
def test_a_token_is_in_the_format_of_itsdangerous(worked: bool) -> None:
    """Tokens of earlier releases came from there."""
    theirs = TimestampSigner([*KEYS], salt="readback.reader.news", digest_method=hashlib.sha256)
    token = readers(*KEYS).token("news", READER, worked=worked)
    value, signed_at = theirs.unsign(token, max_age=60, return_timestamp=True)
    assert value.decode() == token.split(".")[0] and abs(signed_at.timestamp() - time.time()) < 60
    known = readers(*KEYS).known("news", theirs.sign(value).decode())
    assert known == KnownReader(READER, is_new=True)


def test_a_rotated_key_still_verifies_until_it_is_removed() -> None:
    old = readers(KEYS[0]).token("news", READER)
    assert readers(*KEYS).reader("news", old) == READER
    with pytest.raises(BadToken):
        readers(KEYS[1]).reader("news", old)


@pytest.fixture
def aged(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Make a token of some age."""

    def aged(age_s: float, *keys: str, worked: bool = False) -> str:
        now = time.time()
        with monkeypatch.context() as past:
            past.setattr(time, "time", lambda: now - age_s)
            return readers(*keys).token("news", READER, worked=worked)

    return aged


@pytest.mark.parametrize("worked", [True, False])
@pytest.mark.parametrize(
    ("age_s", "keys", "is_renewed"),
    [
        (0, KEYS, False),
        (RENEWED_AFTER_S - 60, KEYS, False),
        (RENEWED_AFTER_S + 60, KEYS, True),
        (MAX_AGE_S - 60, KEYS, True),
        (-3500, KEYS, False),
        (0, KEYS[:1], True),
        (MAX_AGE_S - 60, KEYS[:1], True),
    ],
)
def test_a_token_of_an_older_key_or_near_its_end_is_renewed(
    aged: Callable[..., str], age_s: float, keys: tuple[str, ...], is_renewed: bool, worked: bool
) -> None:
    known = readers(*KEYS).known("news", aged(age_s, *keys, worked=worked))
    assert known.id == READER and (known.renewed is not None) is is_renewed
    if known.renewed is None:
        return
    assert len(known.renewed.partition(".")[0]) == 22 + worked
    again = readers(KEYS[1]).known("news", known.renewed)
    assert again == KnownReader(READER, is_new=known.is_new), "by the newest key"
    with pytest.raises(BadToken):
        readers(*KEYS).known("other", known.renewed)


def test_a_nonce_that_ends_with_the_letter_of_work_is_renewed_without_work() -> None:
    reader = base64.urlsafe_b64decode("A" * 21 + "w==")
    renewed = readers(*KEYS).known("news", readers(KEYS[0]).token("news", reader)).renewed
    assert renewed and len(renewed.partition(".")[0]) == 22


@pytest.mark.parametrize("keys", [KEYS, KEYS[:1]])
@pytest.mark.parametrize("age_s", [MAX_AGE_S + 60, -3700])
def test_a_token_too_old_or_from_the_future_is_refused(
    aged: Callable[..., str], age_s: int, keys: tuple[str, ...]
) -> None:
    token = aged(age_s, *keys)
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
