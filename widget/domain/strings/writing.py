"""Numbers and days as each language writes them, like the browser's Intl. Pure.

Digits are Latin ones in every language, as in the bar.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_NO_BREAK, _NARROW = "\u00a0", "\u202f"
# What divides thousands. A language that is missing has a comma.
_SEPARATORS = {
    **dict.fromkeys(("es", "de", "pt", "it", "nl", "tr"), "."),
    **dict.fromkeys(("sv", "pl", "uk"), _NO_BREAK),
    "fr": _NARROW,
}
_FROM_FIVE_DIGITS = frozenset(("es", "it", "pl"))  # these write 1234, and 12.345


@dataclass(frozen=True, slots=True)
class _Days:
    """How a language writes a day.

    :param months: their names, the year's first one first, in the form that they have beside a day.
    """

    form: str
    months: tuple[str, ...]


def _read(path: Path) -> dict[str, _Days]:
    texts = json.loads(path.read_text(encoding="utf-8"))
    return {lang: _Days(one["form"], tuple(one["months"].split())) for lang, one in texts.items()}


_DAYS = _read(Path(__file__).with_name("days.json"))
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def number_text(n: int, lang: str) -> str:
    """Write a whole number: ``1,998``, ``1.998``."""
    if n < 10_000 and lang in _FROM_FIVE_DIGITS:
        return str(n)
    if lang == "hi" and n >= 100_000:
        return f"{_in_pairs(n // 1000)},{n % 1000:03}"
    return f"{n:,}".replace(",", _SEPARATORS.get(lang, ","))


def _in_pairs(n: int) -> str:
    """Divide digits by twos, as lakhs and crores are written: ``12,34``."""
    digits = str(n)
    first = len(digits) % 2
    pairs = [digits[at : at + 2] for at in range(first, len(digits), 2)]
    return ",".join(filter(None, (digits[:first], *pairs)))


def day_text(day: date, lang: str) -> str:
    """Write a day: ``24 November 2026``; ``2026-11-24`` in a language that is not ours."""
    days = _DAYS.get(lang)
    if days is None:
        return day.isoformat()
    year, month, number = _persian(day) if lang == "fa" else (day.year, day.month, day.day)
    return days.form.format(day=number, month=days.months[month - 1], year=year)


def _persian(day: date) -> tuple[int, int, int]:
    """Return year, month and day of the Persian calendar.

    Source: the arithmetic of its 33-year cycle; it agrees with the browser's from 1925 to 2090.
    """
    since = day.year + 1 if day.month > 2 else day.year
    days = 355_666 + 365 * day.year + (since + 3) // 4 - (since + 99) // 100 + (since + 399) // 400
    days += day.day + _DAYS_BEFORE_MONTH[day.month - 1]
    cycles, days = divmod(days, 12_053)
    fours, days = divmod(days, 1461)
    year = -1595 + 33 * cycles + 4 * fours
    if days > 365:
        years, days = divmod(days - 1, 365)
        year += years
    if days < 186:
        return year, 1 + days // 31, 1 + days % 31
    return year, 7 + (days - 186) // 30, 1 + (days - 186) % 30
