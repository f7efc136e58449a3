"""The article that is corrected, as its pages show it."""

from dataclasses import dataclass

from widget.domain import clock
from widget.domain.article import ArticleRef, partition_of
from widget.domain.errors import NotFound
from widget.domain.model import Choice, Poll, Site
from widget.store.reactions.correction_records import ArticleState


@dataclass(frozen=True, slots=True)
class Subject:
    """:param current: its current state."""

    current: ArticleState
    article: ArticleRef
    poll: Poll
    ever_offered: tuple[Choice, ...]

    @property
    def title(self) -> str:
        return title_of(self.current)

    @property
    def choices(self) -> list[tuple[int, Choice]]:
        """Every choice that the poll ever had, with its number; a retired one as it was."""
        return list(enumerate(self.ever_offered, 1))

    @property
    def choice_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.ever_offered)

    @property
    def is_open(self) -> bool:
        return not self.current.state and not self.is_forgotten

    @property
    def is_forgotten(self) -> bool:
        """Whether the article closed automatically, and so its voters are forgotten."""
        return 0 < self.current.closes_s <= clock.now()

    def counts_text(self, counts: tuple[int, ...]) -> str:
        """Return ``Love 3, Sad 1``."""
        labelled = [(c.label, counts[n - 1]) for n, c in self.choices if counts[n - 1]]
        return ", ".join(f"{label} {votes}" for label, votes in labelled) or "no votes"


def subject_or_404(site: Site, current: ArticleState) -> Subject:
    """:raise NotFound: the store has no such article."""
    if current.page is None:
        raise NotFound("No reader has voted or commented on a story with this id.")
    poll_key = current.page.poll_key
    poll = site.poll(poll_key, current.page.section) or site.reactions
    article = ArticleRef(current.id, partition_of(current.id), current.page.address)
    offered = {choice.key: choice for choice in poll.choices}  # a section may have its own labels
    ever = tuple(offered.get(choice.key, choice) for choice in site.choices(poll_key))
    return Subject(current, article, poll, ever)


def title_of(current: ArticleState) -> str:
    if current.page is None:
        return current.id
    return current.page.name
