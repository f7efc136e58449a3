"""The labels of a site's reactions in a language."""

from dataclasses import replace
from typing import Any

from widget.domain.model import Site
from widget.domain.strings import FALLBACK, bar_strings


def reaction_labels(site: Site, lang: str = FALLBACK) -> list[str]:
    """Return the label of every reaction the site ever had, by its number.

    A built-in label is translated; an editor's own is as the editor wrote it, also of a choice that
    is retired.
    """
    every = replace(site.reactions, choices=tuple(site.choices("")))
    choices: Any = bar_strings(site, every, lang)["choices"]
    return [choice["label"] for choice in choices]
