"""What a site's trend names: the stories of its highest tops, editors' notes. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from widget.domain.model import Site
from widget.store.desk.notes import Note, Notes
from widget.store.figures import trends
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends

MOST_NOTES = 30  # of a trend


@dataclass(frozen=True, slots=True)
class Peak:
    """A top of the trend, and the story that had most votes there.

    :param votes: the story's votes in the slot.
    """

    slot: int
    article_id: str
    title: str
    votes: int


@dataclass(frozen=True, slots=True)
class StoryNote:
    article_id: str
    title: str
    note: Note


class Marks:
    def __init__(self, reading: Trends, pages: Pages, notes: Notes) -> None:
        self._trends, self._pages, self._notes = reading, pages, notes

    def peaks(self, site: Site, bounds: Sequence[int], slots: Sequence[int]) -> list[Peak]:
        """Return the leading story of each of these slots.

        :param bounds: the first hour of each slot, then the end of the last one.
        :raise StoreUnavailable: the store timed out or refused.
        """
        if not slots:
            return []
        asked = trends.leaders([(bounds[slot], bounds[slot + 1]) for slot in slots])
        [leading] = self._trends.ask(site, asked)
        found = [(slot, *leader) for slot, leader in zip(slots, leading, strict=True) if leader[1]]
        ids = list(dict.fromkeys(article_id for _, article_id, _ in found))
        records = self._pages.records(site, ids)
        return [
            Peak(slot, article_id, records[article_id].name or article_id, votes)
            for slot, article_id, votes in found
        ]

    def notes(
        self, site: Site, article_ids: Iterable[str], first_hour: int, end_hour: int
    ) -> list[StoryNote]:
        """Return the notes of some stories within these hours, oldest first.

        :param article_ids: with the most important first: only the notes of the first stories are
            returned, MOST_NOTES in all.
        :raise StoreUnavailable: the store timed out or refused.
        """
        found = [
            (article_id, note)
            for article_id, notes in self._notes.of_many(site, article_ids).items()
            for note in notes
            if first_hour <= note.at_s / 3600 < end_hour
        ][:MOST_NOTES]
        pages = self._pages.records(site, list(dict.fromkeys(one for one, _ in found)))
        named = (StoryNote(one, pages[one].name or one, note) for one, note in found)
        return sorted(named, key=lambda one: (one.note.at_s, one.note.id))
