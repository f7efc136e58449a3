"""The labels of a site's reactions in a language."""

from typing import Any

from widget.domain.model import Site
from widget.domain.strings import FALLBACK, bar_strings


def reaction_labels(site: Site, lang: str = FALLBACK) -> list[str]:
    """Return the label of every reaction the site ever had, by its number.

    A built-in label is translated; an editor's own is as the editor wrote it. A retired choice has
    its key.
    """
    known: dict[str, str] = {}
    for poll in (*site.section_reactions.values(), site.reactions):
        choices: Any = bar_strings(site, poll, lang)["choices"]
        known |= {choice["key"]: choice["label"] for choice in choices}
    return [known.get(key, key.capitalize()) for key in site.choice_keys("")]
