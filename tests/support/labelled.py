"""A model of the labels of a site, and editors who do everything with them that goes wrong."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from tests.conftest import NOW_S
from widget.domain.comments.comment import Comment
from widget.domain.errors import StoreUnavailable
from widget.domain.labels import ANSWERS, Label
from widget.domain.model import Site
from widget.services.labelling import Labelling, Session
from widget.services.tone import SiteTone
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.labels import Labels

PAUSE_MS = 5000


class Model:
    """What must be stored.

    :param patient: a connection that waits; ``hasty`` gives up while the store is paused.
    """

    def __init__(self, patient: Connection, hasty: Connection, site: Site, random: Random) -> None:
        self.client, self.site, self.random = patient.client, site, random
        self.labels = Labels(patient)
        self.labelling = Labelling(patient, SiteTone(patient))
        self.hasty = Labelling(hasty, SiteTone(hasty))
        self.moderation = Moderation(patient)
        self.comments: dict[str, Comment] = {}
        self.given: dict[tuple[str, str], Label] = {}
        self._number = 0
        self._back: dict[tuple[str, str], int] = {}

    def seen(self, comment: Comment) -> None:
        self.comments[comment.id] = comment

    def put(self, label: Label, shown: int) -> str:
        """Return what an answer must say, and remember what it must store."""
        key = (label.editor, label.comment_id)
        if label.comment_id not in self.comments:
            return "gone"
        now = self.given.get(key)
        if now is None and shown < self._back.get(key, 0):
            return "late"
        same = now and (now.answer, now.draw) == (label.answer, label.draw)
        if not same:
            self._number += 1
            self.given.pop(key, None)
            self.given[key] = label
        return "stored"

    def take_back(self, editor: str, comment_id: str) -> None:
        if self.given.pop((editor, comment_id), None):
            self._back[editor, comment_id] = self._number

    def delete(self, comment_id: str) -> None:
        del self.comments[comment_id]
        for key in [key for key in self.given if key[1] == comment_id]:
            del self.given[key]

    def check(self) -> None:
        assert self.labels.of_site(self.site) == list(self.given.values())


@dataclass
class Tab:
    """A window with the page that it showed last."""

    editor: str
    page: Session | None = None


class Editors:
    """Two editors with two tabs each."""

    def __init__(self, model: Model) -> None:
        self._model, self._random = model, model.random
        self._tabs = [Tab(name) for name in ("Ana", "Ana", "Bo", "Bo")]
        self._sent: list[Callable[[Labelling], None]] = []
        self._at_s = NOW_S

    def act(self, times: int) -> None:
        deeds = (
            [self._load] * 4
            + [self._answer] * 8
            + [self._back] * 3
            + [self._repeat] * 3
            + [self._lose_the_store] * 1
            + [self._delete] * 1
        )
        for _ in range(times):
            self._random.choice(deeds)(self._random.choice(self._tabs))
            self._model.check()

    def _load(self, tab: Tab) -> None:
        tab.page = self._model.labelling.session(self._model.site, tab.editor)
        drawn = tab.page.drawn
        if drawn is not None:
            assert (tab.editor, drawn.comment.id) not in self._model.given
            assert drawn.comment.id in self._model.comments

    def _answer(self, tab: Tab) -> None:
        if request := self._answer_on(tab):
            self._send(request)
            if self._random.random() < 0.7:  # else it is the page that came too late
                self._load(tab)

    def _answer_on(self, tab: Tab) -> Callable[[Labelling], None] | None:
        """Return the request of a button of the tab's page, which may be an old one."""
        if tab.page is None or tab.page.drawn is None:
            return None
        self._at_s += 1
        comment, shown, site = tab.page.drawn.comment, tab.page.shown, self._model.site
        answer, draw = self._random.choice(ANSWERS), tab.page.drawn.draw
        label = Label(comment.id, tab.editor, answer, draw, self._at_s, comment.text_id)

        def send(labelling: Labelling) -> None:
            said = labelling.answer(site, label, shown=shown)
            assert said == self._model.put(label, shown)

        return send

    def _back(self, tab: Tab) -> None:
        if request := self._back_on(tab):
            self._send(request)
            self._load(tab)

    def _back_on(self, tab: Tab) -> Callable[[Labelling], None] | None:
        if tab.page is None or tab.page.last is None:
            return None
        comment_id, site = tab.page.last.comment_id, self._model.site

        def send(labelling: Labelling) -> None:
            label = labelling.take_back(site, comment_id, tab.editor)
            assert label == self._model.given.get((tab.editor, comment_id))
            self._model.take_back(tab.editor, comment_id)

        return send

    def _repeat(self, tab: Tab) -> None:
        """Send one of the latest requests again, as a double press or a kept form does."""
        if self._sent:
            self._random.choice(self._sent[-6:])(self._model.labelling)

    def _lose_the_store(self, tab: Tab) -> None:
        """Send a request while the store takes no writes, and then again as the page offers."""
        request = self._random.choice((self._answer_on, self._back_on))(tab)
        if request is None:
            return
        self._model.client.execute_command("CLIENT", "PAUSE", PAUSE_MS, "WRITE")
        with suppress(StoreUnavailable):
            request(self._model.hasty)
        self._model.client.execute_command("CLIENT", "UNPAUSE")
        self._send(request)
        self._load(tab)

    def _delete(self, tab: Tab) -> None:
        ids = [*self._model.comments]
        if len(ids) > 4:
            gone = self._random.choice(ids)
            self._model.moderation.delete(self._model.site, [gone], who="ed", now_s=NOW_S)
            self._model.delete(gone)

    def _send(self, request: Callable[[Labelling], None]) -> None:
        self._sent.append(request)
        request(self._model.labelling)
