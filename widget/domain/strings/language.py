"""The strings of a page in one language, filled in by the server. Pure.

The bar and the comments get theirs as they are, and fill them in by the browser's Intl.
"""

import re
from dataclasses import dataclass
from datetime import date

from widget.domain.model import Choice, Site
from widget.domain.strings import label_in, language_of, tags, texts_in
from widget.domain.strings.plurals import category
from widget.domain.strings.writing import day_text, number_text

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a site, with the site's own texts in the place of built-in ones.

    :param lang: its tag.
    """

    site: Site
    lang: str

    @classmethod
    def of(cls, site: Site, requested: str) -> "Language":
        """Return the language that suits a request best, or else English."""
        return cls(site, language_of(site, requested))

    @property
    def direction(self) -> str:
        return tags.direction(self.lang)

    def say(self, name: str, **values: str | int) -> str:
        """Return a text with its placeholders filled in; a number is written as the language does.

        What an editor wrote is a value too, so it runs in its own direction within the text.
        """
        return self._filled(texts_in(self.site, self.lang)[name], values)

    def count(self, name: str, n: int, **values: str | int) -> str:
        """Return the form of a text that belongs to ``n``."""
        texts = texts_in(self.site, self.lang)
        form = texts.get(f"{name}.{category(self.lang, n)}") or texts[f"{name}.other"]
        return self._filled(form, {**values, "n": n})

    def number(self, n: int) -> str:
        return number_text(n, self.lang)

    def percent(self, part: int, n: int) -> str:
        """Return a share: ``93%``; a share of nothing is ``0%``."""
        return self.say("percent", n=round(100 * part / n) if n else 0)

    def day(self, day: date) -> str:
        return day_text(day, self.lang)

    def label(self, choice: Choice) -> str:
        """Return a choice's label, which may be in another script than the text around it."""
        return f"{_ISOLATE}{label_in(self.site, self.lang, choice)}{_POP}"

    def _filled(self, text: str, values: dict[str, str | int]) -> str:
        def value(found: re.Match[str]) -> str:
            given = values.get(found[1], found[0])
            return self.number(given) if isinstance(given, int) else given

        return _PLACEHOLDER.sub(value, text)
