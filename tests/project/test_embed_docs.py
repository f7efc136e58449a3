"""docs/embed.md and the embed have the same attributes, properties, parts and events."""

import re

import pytest

from tests.support.server import ROOT

PAGE = (ROOT / "docs" / "embed.md").read_text()
MODULES = {path.stem: path.read_text() for path in (ROOT / "static" / "embed").glob("*.js")}
COMMENTS = "".join(
    path.read_text()
    for folder in ("comments", "commenting")
    for path in (ROOT / "static" / folder).glob("*.js")
)


def named(module: str, pattern: str) -> set[str]:
    found = set(re.findall(pattern, MODULES[module]))
    assert found
    return found


def test_every_observed_attribute_is_documented() -> None:
    [followed] = named("element", r"observedAttributes = \[(.*?)\]")
    explained = re.findall(r"^\| `([\w-]+)` \| `data-", PAGE, re.MULTILINE)
    assert set(re.findall(r"\w+", followed)) <= set(explained)


def test_every_property_and_part_has_its_picture() -> None:
    properties = named("styles", r"--readback-(\w+),") | named("view", r"--readback-(\w+),")
    pictured = re.findall(r"^\| `--readback-(\w+)` .*embed-property-\1\.png", PAGE, re.MULTILINE)
    assert set(pictured) == properties
    parts = named("view", r"make\(\s*\"\w+\",\s*[\"`](\w+)")
    pictured = re.findall(r"^\| `(\w+)`.*embed-part-\1\.png", PAGE, re.MULTILINE)
    assert set(pictured) == parts | {"love"}


def test_every_event_is_documented() -> None:
    told = named("element", r"\btell_\(\"(\w+)\"") | named("ballot", r"\"(react|error)\"")
    told |= set(re.findall(r"tell_?\(\"(\w+)\"", COMMENTS))
    explained = re.findall(r"^\| `readback:(\w+)` ", PAGE, re.MULTILINE)
    assert set(explained) == told


@pytest.mark.parametrize("picture", sorted(set(re.findall(r"pictures/[\w.-]+", PAGE))))
def test_every_picture_exists(picture: str) -> None:
    assert (ROOT / "docs" / picture).is_file()
