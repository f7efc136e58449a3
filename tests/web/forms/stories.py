"""The table of routes and of the stories that press their forms."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.web.forms.newsroom import Newsroom


@dataclass(frozen=True)
class Story:
    """
    :param endpoints: the routes whose forms it presses.
    """

    tell: Callable[[Newsroom], None]
    endpoints: tuple[str, ...]


STORIES: list[Story] = []


def presses(*endpoints: str) -> Callable[[Callable[[Newsroom], None]], Callable[[Newsroom], None]]:
    """Add a story to the table."""

    def add(tell: Callable[[Newsroom], None]) -> Callable[[Newsroom], None]:
        STORIES.append(Story(tell, endpoints))
        return tell

    return add
