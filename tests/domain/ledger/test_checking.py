"""The check of a ledger's files finds whatever was done to them."""

import random
from collections import Counter

import pytest

from tests.support.ledgers import BLOCKS, HOURS_A_DAY, SIGNER, STORIES, WHOLE, chain, changed, files
from widget.domain.ledger.block import Head, StoryLine, sealed
from widget.domain.ledger.checking import BadLedger, check
from widget.domain.ledger.signing import Signer, is_signed
from widget.domain.ledger.texts import is_key, new_seed

LAST = BLOCKS[-1].hash


def is_trusted(texts: dict[str, bytes]) -> bool:
    """Say whether somebody is content who knows the key, the last hash and that it is all."""
    try:
        found = check(texts, key=SIGNER.public)
        return LAST in found.hashes and not found.before
    except BadLedger:
        return False


def test_whole_files_are_trusted_in_any_order_and_say_each_storys_lines() -> None:
    names = list(WHOLE)
    for order in (names, names[::-1], [names[1], names[2], names[0]]):
        texts = {name: WHOLE[name] for name in order}
        assert is_trusted(texts)
    found = check(WHOLE, key=SIGNER.public, story=STORIES[2])
    assert found.lines == sum(block.stories for block in BLOCKS)
    assert [entry.hour for entry in found.asked] == sorted(entry.hour for entry in found.asked)
    assert found.latest[STORIES[2]] == found.asked[-1]
    assert found.first_hour == "2026-01-05T00:00Z" and not found.before and found.last == LAST


def test_a_thousand_of_a_thousand_changes_are_found() -> None:
    chance, kinds = random.Random(15), Counter[str]()
    while kinds.total() < 1000:
        kind, texts = changed(chance)
        if texts == WHOLE:
            continue
        assert not is_trusted(texts), kind
        kinds[kind] += 1
    assert len(kinds) == 14 and min(kinds.values()) > 20, kinds


def test_what_a_kept_hash_alone_can_find() -> None:
    """Whoever has the key can sign another history; the end of a ledger can be cut off."""
    told = [StoryLine(STORIES[0], {"like": 9})]
    for texts in (files(chain([SIGNER], {1: told})), files(BLOCKS[:-1])):
        assert check(texts, key=SIGNER.public).hashes
        assert not is_trusted(texts)


def test_days_that_do_not_begin_the_ledger_say_what_they_follow() -> None:
    first, *later = WHOLE
    found = check({name: WHOLE[name] for name in later})
    assert found.before == BLOCKS[HOURS_A_DAY - 1].hash and first


def test_a_new_key_must_be_announced_by_the_old_one() -> None:
    new = Signer(new_seed())
    hour = BLOCKS[-1].head.hour
    change = sealed(Head("news", hour, 1, 0, SIGNER.public, LAST, new.public), [], SIGNER)
    after = sealed(Head("news", hour + 1, 1, 0, new.public, change.hash), [], new)
    texts = files([*BLOCKS, change, after])
    assert check(texts, key=SIGNER.public).keys == [SIGNER.public, new.public]
    unannounced = sealed(Head("news", hour + 1, 1, 0, new.public, LAST), [], new)
    with pytest.raises(BadLedger, match="another key"):
        check(files([*BLOCKS, unannounced]))
    by_the_new_one = sealed(Head("news", hour, 1, 0, new.public, LAST, new.public), [], new)
    with pytest.raises(BadLedger, match="another key"):
        check(files([*BLOCKS, by_the_new_one]))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b'{"ledger":1}\n',
        b'{"signature":"' + b"A" * 86 + b'"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"a":' * 100_000 + b"\n",
        b'{"ledger":1,"site":1,"hour":2,"key":3,"before":4,"stories":5}\n',
        b'{"ledger":1,"site":"a","hour":"2026-01-05T00:00Z","key":"","before":"","stories":0}\n'
        b'{"signature":"' + b"A" * 86 + b'"}\n',
    ],
)
def test_what_is_no_ledger_is_refused_with_its_place(text: bytes) -> None:
    with pytest.raises(BadLedger, match=r"^a\.txt"):
        check({"a.txt": text})


def test_keys_and_signatures_have_one_form() -> None:
    body = b"body"
    signature = SIGNER.sign(body)
    assert is_signed(body, signature, SIGNER.public)
    assert not is_signed(b"other", signature, SIGNER.public)
    last = signature[-1]
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=é":
        assert (other == last) == is_signed(body, signature[:-1] + other, SIGNER.public)
    assert is_key(SIGNER.public) and not is_key(SIGNER.public + "=") and not is_key("")
    assert not is_signed(body, signature, "A" * 42) and not is_signed(body, "", "")
