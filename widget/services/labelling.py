"""Label sessions: which comment an editor is shown next, and what becomes of the answer.

docs/adr/0122-label-sessions.md says how comments are drawn, and why.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Literal

from cachetools import LRUCache, TTLCache

from widget.domain.agreement import Agreement, agreement
from widget.domain.comments.comment import Comment
from widget.domain.errors import BadField
from widget.domain.labels import ANSWERS, Label, Progress, answer_of, progress
from widget.domain.model import Site
from widget.services.tone import SiteTone
from widget.store.comments.comments import Comments
from widget.store.comments.moderation import Moderation, Outcome
from widget.store.comments.sampling import CommentSampling
from widget.store.connect import Connection
from widget.store.desk.audit import Audit, Entry
from widget.store.labels import LabelBook, Labels
from widget.tone import language_of, site_head, word_head

ENGLISH = "en"
_SHARED = 1 / 3  # of the draws, if another editor has labels
_UNCERTAIN = 1 / 4  # of the other draws, and of the comments: only they are drawn so
_COMPARED = 40  # comments of which the least certain is drawn
# A language is offered if so many of the comments that were looked at are in it.
_LOOKED_AT, _FEWEST, _LEAST_SHARE = 200, 3, 0.05
_LANGUAGES_S = 300
_DAY_S = 90_000  # no day is longer, however its clocks are changed
_MOST_TEXTS = 50_000  # whose languages a process remembers

Result = Literal["stored", "late", "gone"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A comment that an editor is shown, and the draw that led to it: one of DRAWS."""

    comment: Comment
    draw: str


@dataclass(frozen=True, slots=True)
class Session:
    """What the page of a label session shows.

    :param drawn: None if there is nothing left to label, or nothing at all.
    :param shown: :attr:`LabelBook.latest`, for the form.
    :param last: the editor's latest label, which "Back" takes back.
    :param languages: of the site's comments, the most frequent first; "en" is what is scored.
    """

    drawn: Drawn | None
    shown: int
    last: Label | None
    progress: Progress
    agreement: Agreement
    languages: Sequence[str]
    language: str


class Labelling:
    def __init__(self, connection: Connection, tone: SiteTone) -> None:
        self._labels = Labels(connection)
        self._sampling = CommentSampling(connection)
        self._comments = Comments(connection)
        self._audit, self._moderation = Audit(connection), Moderation(connection)
        self._tone = tone
        self._languages: TTLCache[str, tuple[str, ...]] = TTLCache(1000, _LANGUAGES_S)
        self._language_of: LRUCache[tuple[str, str], str] = LRUCache(_MOST_TEXTS)

    def session(
        self, site: Site, editor: str, *, language: str = "", again: tuple[str, str] | None = None
    ) -> Session:
        """Return the editor's session. The same editor gets the same comment until answering it.

        :param language: the comments' language; one of the site's, else its most frequent.
        :param again: the id and the draw of a comment to show again, if it can be.
        """
        book = self._labels.book(site)
        own = [label for label in book.labels if label.editor == editor and label.is_blind]
        seed = f"{site.key} {editor} {len(own)}"
        ids = self._sampling.ids(site, seed)
        languages = self._languages_of(site, ids)
        chosen = language if language in languages else next(iter(languages), ENGLISH)
        counted = book.labels if len(languages) < 2 else self._labels_in(site, book, chosen)
        needs = site_head.NEEDS if chosen == ENGLISH else word_head.NEEDS
        return Session(
            self._again(site, again, own) or self._draw(site, book, own, ids, chosen, seed),
            book.latest,
            own[-1] if own else None,
            progress(counted, editor, first=needs.labels, each=site_head.ASKED_EACH),
            agreement(counted, editor),
            languages,
            chosen,
        )

    def answer(self, site: Site, label: Label, *, shown: int) -> Result:
        """Store an answer of a session. The same again is one label.

        :param shown: :attr:`Session.shown` of the page that has the answer.
        :return: "gone" if readers do not see this text any more, "late" if the label was taken back
            since the page was made. Then nothing was stored.
        :raise BadField: there is no such answer.
        """
        if label.answer not in ANSWERS:
            raise BadField("Press one of the four answers. Nothing was stored.")
        [comment] = self._comments.get_all(site, [label.comment_id])
        if comment is None or not _is_labelled_as(comment, label):
            return "gone"
        self._log_first_of_day(site, label)
        put = self._labels.put(site, label, shown=shown)
        [comment] = self._comments.get_all(site, [label.comment_id])
        if comment is None or comment.state == "deleted":  # while its label was stored
            self._labels.forget(site, [label.comment_id])
            return "gone"
        return "late" if put == "late" else "stored"

    def take_back(self, site: Site, comment_id: str, editor: str) -> Label | None:
        """Take back the editor's label of a session; None if it is taken back already."""
        for label in self._labels.of_site(site):
            if (label.comment_id, label.editor, label.is_blind) == (comment_id, editor, True):
                return self._labels.take_back(site, comment_id, editor, draw=label.draw)
        return None

    def correct(
        self, site: Site, outcomes: Iterable[Outcome], label: str, *, who: str, now_s: int
    ) -> None:
        """Store corrections of comments' labels as the editor's own.

        :param label: the label that the comments have now; "" for the scorer's.
        """
        ids = [one.comment_id for one in outcomes if one.result == "done"]
        same = [one.comment_id for one in outcomes if one.result == "unchanged"]
        if same:  # an act that is sent again, because its label could not be stored
            last = self._moderation.history(site, same, most=1)
            ids += [one for one, acts in last.items() if acts and acts[0].who == who]
        for comment in self._comments.get_all(site, ids):
            if comment and comment.corrected == label:
                self._correct(site, comment, label, who, now_s)

    def undo_correction(self, site: Site, entry: Entry, *, who: str, now_s: int) -> None:
        """Take back the label of a correction that was undone.

        If that brings back an earlier correction which is nobody's label any more, it is that of
        the editor who undid the later one.
        """
        self._labels.take_back(site, entry.object, entry.who, draw="correction")
        remaining = self._labels.of_site(site)
        if not any(one.comment_id == entry.object and not one.is_blind for one in remaining):
            for comment in self._comments.get_all(site, [entry.object]):
                if comment and comment.corrected:
                    self._correct(site, comment, comment.corrected, who, now_s)

    def _correct(self, site: Site, comment: Comment, label: str, who: str, now_s: int) -> None:
        if not label:
            self._labels.take_back(site, comment.id, who, draw="correction")
            return
        made = Label(comment.id, who, answer_of(label), "correction", now_s, comment.text_id)
        self._labels.put(site, made)

    def _log_first_of_day(self, site: Site, label: Label) -> None:
        """Log that an editor labels comments, once a day and before the label is stored."""
        zone, at_s = site.zone, label.at_s
        before = (
            one.at_s
            for one in self._labels.of_site(site)
            if one.editor == label.editor and one.is_blind and one.at_s > at_s - _DAY_S
        )
        if zone.day_of(at_s) not in map(zone.day_of, before):
            self._audit.append(site, label.editor, "comments labelled", "", at_s=label.at_s)

    def _again(
        self, site: Site, again: tuple[str, str] | None, own: Sequence[Label]
    ) -> Drawn | None:
        if again is None or any(label.comment_id == again[0] for label in own):
            return None
        [comment] = self._comments.get_all(site, [again[0]])
        return Drawn(comment, again[1]) if comment and comment.state == "published" else None

    def _draw(
        self,
        site: Site,
        book: LabelBook,
        own: Sequence[Label],
        ids: Sequence[str],
        language: str,
        seed: str,
    ) -> Drawn | None:
        """
        :param own: the editor's labels of sessions.
        :param ids: of comments in random order.
        """
        labelled = {label.comment_id for label in own}
        kind = _chance(f"{seed} kind")
        if kind < _SHARED:
            theirs = self._theirs(site, book, labelled, seed)
            shared = next(_in_language(theirs, language), None)
            if shared:
                return Drawn(shared, "random")
        remaining = [one for one in ids if one not in labelled]
        at_random = [one for one in remaining if not _is_for_uncertain(one)]
        is_uncertain = _SHARED <= kind < _SHARED + (1 - _SHARED) * _UNCERTAIN
        found = None if is_uncertain else self._first(site, at_random, language)
        return (
            found
            or self._least_certain(site, filter(_is_for_uncertain, remaining), language)
            or self._first(site, at_random, language)
        )

    def _first(self, site: Site, ids: Iterable[str], language: str) -> Drawn | None:
        comments = _in_language(self._sampling.published(site, ids), language)
        found = next(comments, None)
        return Drawn(found, "random") if found else None

    def _theirs(
        self, site: Site, book: LabelBook, labelled: set[str], seed: str
    ) -> Iterator[Comment]:
        """Yield comments that others labelled at random, as they read them and in random order."""
        texts = {
            (label.comment_id, label.text_id)
            for label in book.labels
            if label.draw == "random" and label.comment_id not in labelled
        }
        ids = sorted({one for one, _ in texts}, key=lambda one: _chance(f"{seed} {one}"))
        for comment in self._sampling.published(site, ids):
            if (comment.id, comment.text_id) in texts:
                yield comment

    def _least_certain(self, site: Site, ids: Iterable[str], language: str) -> Drawn | None:
        """Draw the comment whose likeliest class is least likely; the first if none is scored."""
        comments = _in_language(self._sampling.published(site, ids), language)
        some = list(islice(comments, _COMPARED))
        likeliest = {
            max(probabilities): comment
            for comment in some
            if (probabilities := self._tone.score(site, comment.text).probabilities)
        }
        if likeliest:
            return Drawn(likeliest[min(likeliest)], "uncertain")
        return Drawn(some[0], "random") if some else None

    def _labels_in(self, site: Site, book: LabelBook, language: str) -> list[Label]:
        """Return the labels of texts in a language, as the comments are now."""
        texts = {(label.comment_id, label.text_id) for label in book.labels}
        unknown = {comment_id for comment_id, text_id in texts - self._language_of.keys()}
        for comment in self._comments.get_all(site, list(unknown)):
            if comment:
                self._language_of[comment.id, comment.text_id] = _language(comment)
        return [
            label
            for label in book.labels
            if self._language_of.get((label.comment_id, label.text_id)) == language
        ]

    def _languages_of(self, site: Site, ids: Sequence[str]) -> tuple[str, ...]:
        """Return the languages of a site's comments, the most frequent first.

        :param ids: of comments in random order.
        """
        if site.key not in self._languages:
            if len(ids) > _LOOKED_AT:
                # The same ones for every editor, so that no language comes and goes.
                ids = self._sampling.ids(site, "languages")
            some = list(islice(self._sampling.published(site, ids), _LOOKED_AT))
            counted = Counter(_language(comment) for comment in some)
            counted.pop("und", None)  # too short to know
            fewest = max(_FEWEST, _LEAST_SHARE * len(some))
            found = [one for one, number in counted.most_common() if number >= fewest]
            found = found or [one for one, _ in counted.most_common(1)]
            if len(some) < _LOOKED_AT:
                return tuple(found)
            self._languages[site.key] = tuple(found)
        return self._languages[site.key]


def _is_labelled_as(comment: Comment, label: Label) -> bool:
    return comment.state == "published" and comment.text_id == label.text_id


def _in_language(comments: Iterable[Comment], language: str) -> Iterator[Comment]:
    return (comment for comment in comments if _language(comment) == language)


def _language(comment: Comment) -> str:
    return language_of(comment.text) or ENGLISH  # emoji alone are scored


def _is_for_uncertain(comment_id: str) -> bool:
    """Return whether a comment is drawn by uncertainty only.

    A random draw never meets one, so it does not lack those that were drawn for being hard.
    """
    return _chance(f"frame {comment_id}") < _UNCERTAIN


def _chance(seed: str) -> float:
    """Return a number from 0 to below 1 that is the seed's."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=6).digest(), "big") / 2**48
