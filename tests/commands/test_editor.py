"""``readback editor`` beside a running server, with a real terminal for passwords."""

import os
import pty
import select
import subprocess
import sys
import time

import pytest

from tests.support.desk import DeskBrowser
from tests.support.server import ROOT, Serve, Server, complaint

WORDS = "seven quite plain words"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve()


def typed(server: Server, *arguments: str, answers: list[str]) -> tuple[int, str]:
    """Type an answer at each prompt of a command. Shape: (exit code, output)."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "widget.commands", *arguments],
        cwd=ROOT,
        env=server.env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # its own terminal
    )
    os.close(theirs)
    output, left, deadline = "", list(answers), time.monotonic() + 60
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.1)[0]:
            continue
        try:
            output += os.read(ours, 4096).decode()
        except OSError:  # the terminal is closed: the command has ended
            break
        if left and output.endswith(": "):
            os.write(ours, left.pop(0).encode() + b"\n")
    os.close(ours)
    return process.wait(10), output


def test_the_command_asks_for_a_password_and_never_shows_it(own: Server) -> None:
    code, output = typed(
        own,
        "editor",
        "add",
        "Robin",
        "--role",
        "admin",
        "--role",
        "home:viewer",
        answers=[WORDS, WORDS],
    )
    assert code == 0 and "Added robin." in output and WORDS not in output
    assert own.cli("editor", "list").stdout == "robin\t*:admin home:viewer\n"
    assert DeskBrowser(own).sign_in("robin", WORDS).status == 303


def test_a_weak_password_or_a_wrong_repetition_is_refused(own: Server) -> None:
    code, output = typed(own, "editor", "add", "weak", answers=["short"])
    assert code == 1 and "at least 12" in output
    code, output = typed(own, "editor", "add", "weak", answers=[WORDS, "other plain words"])
    assert code == 1 and "differ" in output
    assert "weak" not in own.cli("editor", "list").stdout


def test_a_new_password_ends_every_session(own: Server) -> None:
    own.cli("editor", "add", "sam", "--link")
    browser = DeskBrowser(own)
    assert typed(own, "editor", "passwd", "sam", answers=[WORDS, WORDS])[0] == 0
    assert browser.sign_in("sam", WORDS).status == 303
    other = "eight quite plain words"
    assert typed(own, "editor", "passwd", "sam", answers=[other, other])[0] == 0
    assert browser.get("/desk/account").status == 303
    assert DeskBrowser(own).sign_in("sam", WORDS).status == 422
    assert DeskBrowser(own).sign_in("sam", other).status == 303


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "a b"), "A name is"),
        (("add", "x", "--role", "god"), "A role is one of"),
        (("add", "x", "--role", "newz:editor"), 'No site "newz"'),
        (("passwd", "nobody", "--link"), 'No editor "nobody"'),
    ],
)
def test_a_refusal_is_one_line(own: Server, arguments: tuple[str, ...], said: str) -> None:
    refused = own.cli("editor", *arguments)
    assert refused.returncode == 1 and said in refused.stderr
    assert complaint(refused).count("\n") == 1


def test_no_command_accepts_a_password_as_an_argument(own: Server) -> None:
    for command in ("add", "passwd"):
        assert "--password" not in own.cli("editor", command, "--help").stdout
