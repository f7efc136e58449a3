"""Which keys a back-up has: each kind of key is either kept or left out, and the docs say which."""

import inspect
import re

import pytest

from tests.support.server import ROOT
from widget.store import keys
from widget.store.backup.selection import LEFT_OUT, is_backed_up, unit_of

VALUES = {
    "site": "news",
    "partition": 7,
    "article_id": "q-qIZ9hPDXSMhLkKLVM5Xg",
    "act": "held-comments",
    "tag": "news:7",
    "mark": "0f1e2d3c4b5a6978",
    "digest": "a" * 64,
    "audit_id": "1762934400000-0",
    "delivery_id": "msg_0f:mail",
}


def made(key: object) -> str:
    assert callable(key)
    return str(key(*(VALUES.get(name, 3) for name in inspect.signature(key).parameters)))


OUT = {key.__name__ for key, _ in LEFT_OUT}
KEYS = [
    (name, made(key))
    for name, key in inspect.getmembers(keys, inspect.isfunction)
    if name not in ("stem", "outbox")
]


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_a_key_is_left_out_only_if_the_list_says_so(name: str, key: str) -> None:
    assert is_backed_up(key.encode()) == (name not in OUT)


def test_the_record_of_the_decision_lists_what_is_left_out_and_why() -> None:
    record = (ROOT / "docs/adr/0027-back-up-while-votes-run.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", record, re.MULTILINE)
    assert dict(rows) == {key.__name__: why for key, why in LEFT_OUT}


def test_what_names_a_network_or_opens_a_session_is_left_out() -> None:
    """A file may be kept for years, and docs/adr/0012-forgetting-on-disk.md promises days."""
    forgotten = {"salt", "networks", "comment_networks", "reporting_networks", "said", "session"}
    assert forgotten <= OUT


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        (keys.days("news", 7), b"news:7"),
        (keys.alert_log("news"), b"news:alerts"),
        (keys.sites(), b"rb:sites"),
    ],
)
def test_a_partition_is_one_unit_and_a_key_of_its_own_another(key: str, unit: bytes) -> None:
    assert unit_of(key.encode()) == unit
