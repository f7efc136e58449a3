"""Calls of scripts by digest, when the server has lost the script or the connection."""

import re
import socket

import pytest

from tests.support.server import ROOT
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import ADMISSION, admit_keys
from widget.store.scripts import ActScript, pipelined, script_text

KEYS = admit_keys("wide", "near", "near")
READERS = KEYS[2]
A_DAY = {"first": 0, "stop": 24, "choices": 1}
LET_IN = [0, 0]
LUA = ROOT / "widget" / "store" / "lua"
FILES = sorted(path.relative_to(LUA).as_posix() for path in LUA.rglob("*.lua"))


def act(reader: bytes) -> dict[str, object]:
    return {
        "reader": reader.hex(),
        "now_ms": 1_762_934_400_000,
        "free": 1000,
        "every_ms": 1000,
        "free_wide": 1000,
        "every_wide_ms": 1000,
        "paid": 0,
        "is_wrong": False,
        "may_hold": False,
        "window_s": 600,
    }


@pytest.fixture
def admit(connection: Connection) -> ActScript:
    return ActScript(connection, *ADMISSION, "reactions/admit.lua")


def test_a_script_the_server_has_lost_is_sent_again(
    connection: Connection, admit: ActScript
) -> None:
    assert admit(KEYS, act(b"a")) == LET_IN
    connection.client.script_flush()
    assert admit(KEYS, act(b"b")) == LET_IN
    assert connection.client.scard(READERS) == 2


def test_a_lost_connection_is_opened_again(connection: Connection, admit: ActScript) -> None:
    assert admit(KEYS, act(b"a")) == LET_IN
    connection.client.connection._sock.shutdown(socket.SHUT_RDWR)
    assert admit(KEYS, act(b"b")) == LET_IN
    assert connection.client.scard(READERS) == 2


def test_a_pipeline_sends_scripts_unknown_to_the_server(
    connection: Connection, admit: ActScript
) -> None:
    connection.client.script_flush()
    span = ActScript(connection, "figures/span.lua")
    partitions = [(keys.stem("s", p), keys.guard("s", p)) for p in (1, 2)]
    calls = [admit.call(KEYS, act(b"a")), *span.calls(partitions, A_DAY)]
    assert pipelined(connection, calls) == [LET_IN, b"\x91\x00", b"\x91\x00"]
    assert connection.client.scard(READERS) == 1


def test_an_act_carries_every_byte(connection: Connection, admit: ActScript) -> None:
    readers = [bytes([n]) * 8 for n in range(256)]
    for reader in readers:
        admit(KEYS, act(reader))
    assert connection.client.smembers(READERS) == set(readers)


def code_of(name: str) -> str:
    """Return a Lua file without its contract."""
    contract, _, code = (LUA / name).read_text().partition("\n]]\n")
    assert contract.startswith("--[[ ")
    return code


@pytest.mark.parametrize("name", FILES)
def test_a_script_has_a_contract_and_takes_one_act_unless_it_is_the_votes(name: str) -> None:
    code = code_of(name)
    # A block of the ledger is bytes, and too long to be turned into text and back.
    exceptions = (
        *("reactions/cast.lua", "reactions/enter.lua"),
        *("shared/act.lua", "ledger/append.lua"),
    )
    assert ("ARGV" in code) == (name in exceptions)
    assert not re.search(r"\b(loadstring|load|dofile|setfenv)\b", code)


@pytest.mark.parametrize("name", FILES)
def test_a_contract_names_the_shared_files_before_the_script(name: str) -> None:
    contract = (LUA / name).read_text().partition("\n]]\n")[0]
    assert name == "shared/base.lua" or re.search(r"Behind [\w.]+\.lua", contract)


def test_the_text_of_a_script_is_files_and_nothing_else() -> None:
    """Build no text from values: each value would be another script that the server keeps."""
    sends = re.compile(r"\.eval\(|evalsha|script_load|register_script|\bEVAL\w*\",")
    senders = {p for p in (ROOT / "widget").rglob("*.py") if sends.search(p.read_text())}
    assert senders == {ROOT / "widget" / "store" / "scripts.py"}
    names = ("shared/act.lua", "desk/swap.lua")
    assert script_text(*names) == "".join(
        (LUA / name).read_text() for name in ("shared/base.lua", *names)
    )


def test_a_script_that_computes_keys_is_called_with_the_guard(connection: Connection) -> None:
    span = ActScript(connection, "figures/span.lua")
    stem, guard = keys.stem("news", 0), keys.guard("news", 0)
    assert span((stem, guard), A_DAY)
    for unguarded in ((stem,), (stem, stem), (guard,)):
        with pytest.raises(AssertionError, match="no guard"):
            span(unguarded, A_DAY)
        with pytest.raises(AssertionError, match="no guard"):
            span.call(unguarded, A_DAY)
