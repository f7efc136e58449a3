"""The labels of each site: what editors say that comments' tone is, one hash of a site.

They are not in the partitions of their comments: who learns from them or measures by them reads all
at once. So no script removes a label with its comment; :meth:`Labels.forget` does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from widget.domain.labels import Label
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors, written

_LATEST = b"#"
ANY = -1
# Of a comment, by the editor's name; see lua/desk/label.lua.
_STORED = msgspec.json.Decoder(dict[str, list[int | str]])

Put = Literal["stored", "repeated", "kept", "late"]
_PUT: tuple[Put, ...] = ("repeated", "stored", "kept", "late")


@dataclass(frozen=True, slots=True)
class LabelBook:
    """All labels of a site.

    :param labels: in the order in which they were stored.
    :param latest: the number of the latest, which a form carries so that it cannot come too late.
    """

    labels: tuple[Label, ...]
    latest: int


class Labels:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._script = ActScript(connection, "desk/label.lua", is_replicated=True)

    def put(self, site: Site, label: Label, *, shown: int = ANY) -> Put:
        """Store a label, in place of the editor's earlier one of the same comment.

        :param shown: :attr:`LabelBook.latest` when the editor was shown the comment.
        :return: "repeated" if it is stored already; "kept" if it is a correction and the editor's
            label of a session stays instead; "late" if the comment was shown before its label was
            taken back. Only "stored" has written anything.
        """
        act = {
            "kind": "put",
            "comment": label.comment_id,
            "editor": label.editor,
            "answer": label.answer,
            "draw": label.draw,
            "at": label.at_s,
            "text_id": label.text_id,
            "shown": shown,
        }
        with store_errors():
            code: int = self._script((keys.labels(site.key),), act)
        return _PUT[code]

    def take_back(
        self, site: Site, comment_id: str, editor: str, *, draw: str = ""
    ) -> Label | None:
        """Remove an editor's label of a comment, and return it; None if there is none.

        :param draw: remove it only if it has this draw; "" for any.
        """
        act = {"kind": "back", "comment": comment_id, "editor": editor, "draw": draw}
        with store_errors():
            raw = self._script((keys.labels(site.key),), act)
        return _label(comment_id, editor, msgspec.json.decode(raw)) if raw else None

    def of_site(self, site: Site) -> list[Label]:
        """Return every label of a site, in the order in which they were stored.

        Those of texts that were edited or deleted since are among them: compare their ``text_id``.
        """
        return list(self.book(site).labels)

    def book(self, site: Site) -> LabelBook:
        with store_errors():
            stored = self._connection.client.hgetall(keys.labels(site.key))
        latest = int(stored.pop(_LATEST, 0))
        numbered = [
            (int(values[-1]), _label(comment_id.decode(), editor, values))
            for comment_id, raw in stored.items()
            for editor, values in _STORED.decode(raw).items()
            if len(values) > 1
        ]
        numbered.sort(key=lambda one: one[0])
        return LabelBook(tuple(label for _, label in numbered), latest)

    def forget(self, site: Site, comment_ids: Iterable[str]) -> None:
        """Remove every editor's labels of these comments."""
        if ids := list(comment_ids):
            with store_errors():
                written(self._connection, ("HDEL", keys.labels(site.key), *ids))


def _label(comment_id: str, editor: str, values: list[int | str]) -> Label:
    answer, draw, at_s, text_id = values[:4]
    return Label(comment_id, editor, str(answer), str(draw), int(at_s), str(text_id))
