"""Replaced phrases stay away, and the better ones are in use, wherever people read them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = (
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / "widget").rglob("*.py"),
    *(ROOT / "widget").rglob("*.json"),
    *(path for path in (ROOT / "static").rglob("*.js") if "dist" not in path.parts),
    *(ROOT / "docs").glob("*.md"),
    *ROOT.glob("*.md"),
)
# docs/glossary.md names words that we no longer use.
TEXTS = {
    path.relative_to(ROOT): " ".join(path.read_text(encoding="utf-8").split())
    for path in READ
    if path.name != "glossary.md"
}
LOWER = {path: text.lower() for path, text in TEXTS.items()}
# Patterns in lower case.
REPLACED = (
    r"unlike (its|their) usual",
    r"\bneeds you\b(?! right now)",
    "warm above, critical below",
    r"(?<!tell )readers apart",
    "of one mind",
    "half warm and half cold",
    "on the same hours of",
    "too few the",
    "nothing to compare yet",
    "who came early",
    r"\d ?% fewer\b",
    "by the least share",
    r"\bsurely\b",
    "moves faster than",
    "drawn towards",
    "nothing waits for",
    "no story had 30",
    r">correct it<",
    "let it lead here",
    r">leave it<",
    "counts are of",
    "closed by itself",
    "links that show something",
    "whom it is for",
    "it ends after",
    "holds none",
    "0 never does",
    "reads and types",
    "stands grey",
    "key of a new one",
    r">begin<",
    "used in its life",
    "where it stands",
    "votes that are:",
    "until before",
    "until the next reaction",
    "no vote is like",
    "could not do the work",
    "take them out",
    "be the first admin",
    "look after every site",
    "a few words do well",
    "present password",
    "is used up",
    "that did not reach us",
    "reactions are closed",
    "nobody has commented",
    "those there are stay",
    "it is your first one",
    "stand here already",
    "nothing to read in it",
    "the last ones",
    "the least the hour",
    "is no xml",
    "is there already",
    r"no site has this key['\"(]",
)
BETTER = (
    "Different from usual",
    "Waiting for you",
    "Readers warm, comments critical",
    "the same hours last week",
    "not enough earlier votes to compare",
    "no earlier period yet",
    "Early and late",
    "low end of the interval",
    "we can be 95 % sure",
    "damped when votes are few",
    "Nothing needs you right now.",
    "No story yet with 30 votes, at least 20 % of them",
    "Corrections…",
    "Redirect that address here",
    "Figures cover the story's whole life.",
    "It closed automatically, and we no longer know who voted.",
    "Active links",
    "Who is it for?",
    "Expires after",
    "0 turns this rule off.",
    "Held until an editor decides.",
    "Faster than anyone can type.",
    "Leave a field empty to use the grey default. Keep placeholders such as {n}.",
    "Create question",
    "used so far, retired ones included",
    "Current state",
    "To (exclusive)",
    "counts twice until they react again",
    "No votes match.",
    "could not complete the anti-bot check",
    "iscard these votes or undo a release",
    "Create the first admin",
    "You will manage every site and invite others.",
    "Repeat password",
    "Create account",
    "a short phrase works well",
    "Current password",
    "This device",
    "This link has been used or has expired",
    "Be the first to react",
    "We couldn\u2019t save your reaction.",
    "Reactions are now closed",
    "No comments yet. Start the conversation.",
    "Comments are closed.",
    "First comments are checked by an editor.",
    "This has already been posted.",
    "Write something first.",
    "Recent alerts",
    "We compare the low end of this hour with the high end of usual.",
    "is not XML",
    "already exists",
)


@pytest.mark.parametrize("pattern", REPLACED)
def test_a_replaced_phrase_is_nowhere(pattern: str) -> None:
    assert [str(path) for path, text in LOWER.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("phrase", BETTER)
def test_the_better_phrase_is_in_use(phrase: str) -> None:
    assert any(phrase in text for text in TEXTS.values())
