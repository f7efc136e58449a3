"""The morning sentence: figures become clauses, each with the page that shows more. Pure.

The page, the mail and a shared link get their text here, so that they cannot differ. A story is
named only if it has enough votes: no clause is made of a small sample.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from widget.domain.figures.statistics import MIN_RANKED_N, Share
from widget.domain.morning.figures import MorningFigures, Moved, Split
from widget.domain.todos import Target, ToDo

FALLBACK = "en"
LANGUAGE_NAMES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pt": "Português",
    "sv": "Svenska",
}
ABOUT_AS_OFTEN = 0.1
LONGEST_TITLE = 90
NAMES = frozenset(("title", "name", "second", "section"))  # of stories, reactions and sections
# A placeholder, or the start or end of what is a link.
_MARK = re.compile(r"\{(\w+)\}|([\[\]])")

Texts = dict[str, str]
_STORIES = Target("stories")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a clause.

    :param is_name: a story's or a section's, in any script and direction.
    """

    text: str
    is_linked: bool = False
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    parts: tuple[Part, ...]
    target: Target | None = None

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def _load(folder: Path) -> dict[str, Texts]:
    """Read the texts of every language.

    :raise ValueError: a language lacks a text of English, or its text has other placeholders.
    """
    found: dict[str, Texts] = {
        lang: json.loads((folder / f"{lang}.json").read_text(encoding="utf-8"))
        for lang in LANGUAGE_NAMES
    }
    for lang, texts in found.items():
        for name, text in found[FALLBACK].items():
            marks = {mark[0] for mark in _MARK.findall(texts.get(name, ""))}
            if not texts.get(name) or marks != {mark[0] for mark in _MARK.findall(text)}:
                raise ValueError(f"morning/languages/{lang}.json: {name} is missing or differs")
    return found


TEXTS = _load(Path(__file__).with_name("languages"))


def sentence(figures: MorningFigures, lang: str = FALLBACK) -> list[Clause]:
    """Return the clauses: what moved readers, what split them, is it organic, what to do now."""
    say = speech(lang)
    clauses = [_total(say, figures)]
    if figures.moved:
        clauses.append(_moved(say, figures.moved))
        clauses.append(_split(say, figures.split))
    elif figures.n >= MIN_RANKED_N:
        clauses.append(say.clause("moved.none", _STORIES, least=MIN_RANKED_N))
    needs_decision = bool(figures.todos) and any(one.kind == "votes" for one in figures.todos or ())
    if figures.held or figures.flags or figures.aside or figures.n >= MIN_RANKED_N:
        clauses += _organic(say, figures, needs_decision=needs_decision)
    if figures.todos is not None:
        others = [one for one in figures.todos if one.kind != "votes"]
        if others:
            clauses.append(_next(say, others[0]))
        elif not needs_decision:
            clauses.append(say.clause("todo.none"))
    return clauses


def speech(lang: str) -> "Speech":
    """Return a language, or English in the place of one that has no texts."""
    return Speech(TEXTS.get(lang, TEXTS[FALLBACK]))


class Speech:
    """One language: its texts, and how it writes numbers."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def text(self, name: str, **values: object) -> str:
        return self.clause(name, **values).text

    def clause(self, name: str, target: Target | None = None, /, **values: object) -> Clause:
        """Fill in a text. A number ``n`` chooses between its forms for one and for more."""
        if name not in self._texts:
            name = f"{name}.{'one' if values.get('n') == 1 else 'other'}"
        parts: list[Part] = []
        is_linked, at, text = False, 0, self._texts[name]
        for mark in _MARK.finditer(text):
            parts.append(Part(text[at : mark.start()], is_linked))
            at = mark.end()
            if mark[1]:
                parts.append(self._filled(mark[1], values[mark[1]], is_linked=is_linked))
            else:
                is_linked = mark[2] == "["
        parts.append(Part(text[at:], is_linked))
        return Clause(tuple(part for part in parts if part.text), target)

    def _filled(self, name: str, value: object, *, is_linked: bool) -> Part:
        if isinstance(value, int):
            return Part(self.number(value), is_linked)
        text = str(value)
        if name == "title":
            text = text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"
        return Part(text, is_linked, is_name=name in NAMES)

    def number(self, n: int) -> str:
        return f"{n:,}".replace(",", self._texts["thousands"])


def _total(say: Speech, figures: MorningFigures) -> Clause:
    if not figures.n:
        return say.clause("total.none")
    if figures.n < MIN_RANKED_N:
        return say.clause("total.few", _STORIES, n=figures.n)
    return say.clause("total", _STORIES, n=figures.n, change=_change(say, figures))


def _change(say: Speech, figures: MorningFigures) -> str:
    if figures.change is None:
        return ""
    before = say.text(f"before.{figures.before}")
    if abs(figures.change) < ABOUT_AS_OFTEN:
        return say.text("change.same", before=before)
    times = figures.change + 1
    if 1.95 <= times < 2.05:
        return say.text("change.twice", before=before)
    if times > 2:
        if times >= 10:
            return say.text("change.times", times=say.number(round(times)), before=before)
        written = f"{times:.1f}".removesuffix(".0").replace(".", say.text("decimal"))
        return say.text("change.times", times=written, before=before)
    name = "change.more" if figures.change > 0 else "change.less"
    return say.text(name, percent=say.number(round(abs(figures.change) * 100)), before=before)


def _moved(say: Speech, moved: Moved) -> Clause:
    target = Target("story", moved.id)
    values: dict[str, object] = {
        "title": moved.title,
        "reaction": moved.reaction,
        "share": _percent(moved.share),
        "n": moved.share.n,
    }
    if moved.before is None:
        return say.clause("moved", target, **values)
    return say.clause("moved.turned", target, before=_percent(moved.before), **values)


def _split(say: Speech, split: Split | None) -> Clause:
    if split is None:
        return say.clause("split.none")
    values: dict[str, object] = {"warm": _percent(split.warm), "cold": _percent(split.cold)}
    target = Target("story", split.id)
    return say.clause("split", target, title=split.title, n=split.warm.n, **values)


def _organic(say: Speech, figures: MorningFigures, *, needs_decision: bool) -> list[Clause]:
    clauses = []
    if figures.flags:
        clauses.append(say.clause("organic.flagged", Target("integrity"), n=figures.flags))
    if figures.held:
        name = "organic.decide" if needs_decision else "organic.held"
        clauses.append(say.clause(name, Target("held"), n=figures.held))
    if figures.aside:
        clauses.append(say.clause("organic.aside", Target("integrity"), n=figures.aside))
    return clauses or [say.clause("organic.none")]


def _next(say: Speech, todo: ToDo) -> Clause:
    return say.clause(f"todo.{todo.kind}", todo.target, n=todo.n, title=todo.about)


def _percent(share: Share) -> str:
    return f"{share.value * 100:.0f}"
