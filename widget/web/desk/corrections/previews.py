"""Corrections before they are made: what each would do, what that means, and the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for

from widget.domain import clock
from widget.domain.model import Site
from widget.store.reactions.correction_records import ArticleState
from widget.web.desk.corrections.forms import MAX_REASON_CHARS, address_typed, filter_typed
from widget.web.desk.corrections.subject import Subject, title_of
from widget.web.desk.corrections.wording import filter_text, n_votes
from widget.web.desk.services import desk

FILTER_FIELDS = ("choice", "status", "from", "to")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a correction would do.

    :param action: the view that makes it.
    :param meaning: sentences.
    :param fields: hidden fields of the form.
    :param expected: the number of votes it concerns; None if that may change until it is made.
    :param sums: votes of this article, of the other one and of both, for each reaction and in all.
    """

    action: str
    heading: str
    facts: list[tuple[str, str]]
    meaning: list[str]
    fields: dict[str, str]
    expected: int | None
    sums: Sequence[tuple[str, int, int, int]] = ()


def void_preview(
    site: Site, subject: Subject, typed: Mapping[str, str], problem: str = "", field: str = ""
) -> str:
    which, now_s = filter_typed(typed, subject), int(clock.now())
    would = desk().corrections.preview(site, subject.current.id, "void", which, now_s=now_s)
    affected = f"{n_votes(would.votes)}: {subject.counts_text(would.by_choice)}"
    preview = Preview(
        "void",
        "Discard votes",
        [
            ("Which", filter_text(which, subject)),
            ("Counted now", subject.counts_text(subject.current.counts)),
            ("Would be discarded", affected),
        ],
        [
            "They leave the counts, the hours and the rankings in one step.",
            "Their readers still see and can change their own reaction. It does not count.",
        ],
        {name: typed.get(name, "") for name in FILTER_FIELDS},
        would.votes,
    )
    return _page(site, subject, preview, problem, field)


def reset_preview(site: Site, subject: Subject, problem: str = "", field: str = "") -> str:
    now_s = int(clock.now())
    would = desk().corrections.preview(site, subject.current.id, "reset", now_s=now_s)
    preview = Preview(
        "reset",
        "Reset the counts",
        [
            ("Would be taken back", f"{n_votes(would.votes)}, including held ones"),
            ("Counted now", subject.counts_text(subject.current.counts)),
            ("Counted afterwards", "no votes"),
        ],
        [
            "Every reader's reaction is taken back, as if the reader had done it.",
            "Readers can react again. If you undo the reset, those who have keep their new one.",
        ],
        {},
        would.votes,
    )
    return _page(site, subject, preview, problem, field)


def merge_preview(
    site: Site, subject: Subject, into: str, problem: str = "", field: str = ""
) -> str:
    """:raise CannotCorrect: the two cannot be merged."""
    target = address_typed(site, into)[1]
    other = desk().corrections.mergeable(site, subject.article, target)
    name = title_of(other) if other.page else target.address.removeprefix("//")
    preview = Preview(
        "merge",
        "Merge into another story",
        [("Into", name)],
        _merge_meaning(subject.current, other),
        {"into": into},
        None,
        _sums(subject, other),
    )
    return _page(site, subject, preview, problem, field)


def _merge_meaning(current: ArticleState, other: ArticleState) -> list[str]:
    now_s = clock.now()
    meaning = [
        "Totals add up. A reader has a different mark on each story, so a reader who reacted to "
        "both counts twice until they react again.",
        "The address of this story then resolves to the other one. Readers see the comments of "
        "both as one list.",
        "You can undo this until the voters are forgotten: votes go back to the address at which "
        "they were cast, and comments are listed where they were written. If a reader's second "
        "reaction was removed in the meantime, it stays removed.",
    ]
    if 0 < current.closes_s <= now_s or 0 < other.closes_s <= now_s:
        meaning.append("A closed story's voters are forgotten: only the number of votes moves.")
    section = other.page.section if other.page else ""
    if current.page and section != current.page.section:
        where = f"the section {section}" if section else "no section"
        meaning.append(f"All votes then count for {where}.")
    return meaning


def _sums(subject: Subject, other: ArticleState) -> list[tuple[str, int, int, int]]:
    counts, others = subject.current.counts, other.counts
    rows = [
        (choice.label, counts[n - 1], others[n - 1], counts[n - 1] + others[n - 1])
        for n, choice in subject.choices
    ]
    totals = (subject.current.total, other.total)
    return [*rows, ("Votes", *totals, sum(totals))]


def _page(site: Site, subject: Subject, preview: Preview, problem: str, field: str) -> str:
    """Render the preview with the form that makes the correction.

    :param field: the field that the problem is about, "" for none.
    """
    fields = preview.fields
    if preview.expected is not None:
        # The form came back because the number changed: sending it again accepts any number.
        was_stale = request.method == "POST" and bool(request.form.get("expected"))
        fields = fields | {"expected": "" if was_stale and problem else str(preview.expected)}
    action = url_for(
        f"corrections.{preview.action}", site_key=site.key, article_id=subject.current.id
    )
    return render_template(
        "desk/correction_preview.html",
        subject=subject,
        preview=preview,
        fields=fields,
        problem=problem,
        problems={field: problem},
        max_reason=MAX_REASON_CHARS,
        reason=request.form.get("reason", ""),
        action=action,
    )
