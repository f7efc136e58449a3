"""Corrections before they are made: what each would do, what that means, and the form."""

import time
from collections.abc import Mapping, Sequence

from flask import render_template, request, url_for

from widget.domain.model import Site
from widget.store.reactions.corrections import Filter, Outcome
from widget.web.desk.corrections.forms import (
    MAX_REASON_CHARS,
    Subject,
    address_typed,
    filter_typed,
    filter_worded,
    title_of,
)
from widget.web.desk.services import desk

FILTER_FIELDS = ("choice", "status", "from", "to")


def void_preview(site: Site, subject: Subject, typed: Mapping[str, str], problem: str = "") -> str:
    which: Filter = filter_typed(typed, subject)
    would = desk().corrections.preview(site, subject.part.id, "void", which, now_s=int(time.time()))
    return _confirm(
        site,
        subject,
        would,
        "void",
        "Take votes out",
        [
            ("Which", filter_worded(which, subject)),
            ("Counted now", subject.worded(subject.part.counts)),
            ("Would be taken out", f"{n_votes(would.votes)}: {subject.worded(would.by_choice)}"),
        ],
        [
            "They leave the counts, the hours and the rankings in one step.",
            "Their readers go on seeing and changing their own reaction. It is in no count.",
        ],
        {name: typed.get(name, "") for name in FILTER_FIELDS},
        problem,
    )


def reset_preview(site: Site, subject: Subject, problem: str = "") -> str:
    would = desk().corrections.preview(site, subject.part.id, "reset", now_s=int(time.time()))
    return _confirm(
        site,
        subject,
        would,
        "reset",
        "Reset the counts",
        [
            ("Would be taken back", f"{n_votes(would.votes)}, held ones with them"),
            ("Counted now", subject.worded(subject.part.counts)),
            ("Counted then", "no votes"),
        ],
        [
            "Every reader's reaction is taken back, as if the reader had done it.",
            "Readers can react again. Who has done so by then keeps that when you undo the reset.",
        ],
        {},
        problem,
    )


def merge_preview(site: Site, subject: Subject, into: str, problem: str = "") -> str:
    """:raise CannotCorrect: the two cannot be merged."""
    target = address_typed(site, into)[1]
    other = desk().corrections.mergeable(site, subject.article, target)
    part, now_s = subject.part, time.time()
    total = tuple(a + b for a, b in zip(part.counts, other.counts, strict=True))
    meaning = [
        "Totals add up. A reader is known on each article by another mark, so who reacted to both "
        "counts twice until the next reaction to either, and once from then on.",
        "The address of this article leads to the other one. Readers see the comments of both "
        "as one list.",
        "Until voters are forgotten it can be undone: votes go back to the address they were "
        "cast at, and comments are listed where they were written. A second reaction that was "
        "taken out of a reader's two stays out.",
    ]
    if 0 < part.closes_s <= now_s or 0 < other.closes_s <= now_s:
        meaning.append("The voters of a closed article are forgotten: its votes come as a number.")
    section = other.page.section if other.page else ""
    if part.page and section != part.page.section:
        meaning.append(f"All votes count for the section {section or 'of no name'} then.")
    return _confirm(
        site,
        subject,
        Outcome(votes=part.total),
        "merge",
        "Merge into another article",
        [("Into", title_of(other) if other.page else target.address.removeprefix("//"))],
        meaning,
        {"into": into},
        problem,
        is_counted=False,
        sums=[
            *(
                (choice.label, part.counts[at], other.counts[at], total[at])
                for at, choice in enumerate(choice for _, choice in subject.choices)
            ),
            ("Votes", part.total, other.total, sum(total)),
        ],
    )


def _confirm(
    site: Site,
    subject: Subject,
    would: Outcome,
    action: str,
    heading: str,
    facts: list[tuple[str, str]],
    meaning: list[str],
    fields: dict[str, str],
    problem: str,
    *,
    is_counted: bool = True,
    sums: Sequence[tuple[str, int, int, int]] = (),
) -> str:
    """What an act would do, and the form that does it.

    :param sums: votes of this article, of the other one and together, for each reaction and in all.
    """
    if is_counted:
        # Shown again because the number changed meanwhile, it is a choice to take what comes.
        was_stale = request.method == "POST" and bool(request.form.get("expected"))
        fields = {**fields, "expected": "" if was_stale and problem else str(would.votes)}
    return render_template(
        "desk/correction_preview.html",
        subject=subject,
        would=would,
        heading=heading,
        facts=facts,
        sums=sums,
        meaning=meaning,
        fields=fields,
        problem=problem,
        max_reason=MAX_REASON_CHARS,
        reason=request.form.get("reason", ""),
        is_counted=is_counted,
        action=url_for(f"corrections.{action}", site_key=site.key, article_id=subject.part.id),
    )


def n_votes(count: int) -> str:
    return f"{count:,} {'vote' if count == 1 else 'votes'}"
