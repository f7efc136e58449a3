"""Every action that the code can write to the log has words of its own, and a group."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.server import ROOT
from widget.domain.editors import deeds

# What writes to the log -> which of its arguments is the action.
ON_SITES = {"log": (1, 2), "logged_at_end": (2,), ".append": (2,)}
ON_COMMENTS = {"ModeratorAct": (2,)}
ON_STORIES = {"._act": (2,), "._set_state": (2,), "._on_marks": (2,)}


def calls(path: Path, names: Mapping[str, tuple[int, ...]]) -> Iterator[ast.expr]:
    """Yield the arguments that are the action of each call."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else ""
            name = f".{called.attr}" if isinstance(called, ast.Attribute) else name
            for at in names.get(name, ()):
                yield from node.args[at : at + 1]


def texts(path: Path, names: Mapping[str, tuple[int, ...]]) -> set[str]:
    """Return the actions that a file names, also those that it first puts into a variable."""
    tree = ast.parse(path.read_text())
    assigned = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for action in calls(path, names):
        value = assigned.get(action.id, action) if isinstance(action, ast.Name) else action
        choices = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        found |= {
            one.value
            for one in choices
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        }
    return found


def test_every_action_has_words_and_a_group() -> None:
    files = [
        path
        for path in (ROOT / "widget").rglob("*.py")
        if "log(" in (text := path.read_text()) or "audit" in text or "logged_at_end" in text
    ]
    written = set[str]().union(*(texts(path, ON_SITES) for path in files))
    known = set(deeds._ON_SITES)
    assert known <= written, known - written
    assert written - known <= {""}  # the subject of an entry that has none


def test_every_correction_and_every_act_on_a_comment_has_words() -> None:
    store = ROOT / "widget" / "store"
    assert texts(store / "comments" / "moderation.py", ON_COMMENTS) == set(deeds._ON_COMMENTS)
    named = texts(store / "reactions" / "corrections.py", ON_STORIES)
    assert named | {"void", "set_aside", "release", "reset", "explain", "restore"} == set(
        deeds._ON_STORIES
    )


def test_words_follow_a_name() -> None:
    for action, (group, words) in deeds._ON_SITES.items():
        assert group in deeds.GROUPS and words, action
        assert deeds.deed("site", action) == words
    assert deeds.deed("site", "of another release") == "of another release"
    assert deeds.group_of("site", "of another release") == "settings"
