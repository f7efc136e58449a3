"""The plural category of a number in each language, as CLDR and the browser have it. Pure."""

from collections.abc import Callable


def category(lang: str, n: int) -> str:
    """Return the category of a whole number: zero, one, two, few, many or other.

    :param lang: a language without a rule here counts as English does.
    """
    return _RULES.get(lang, _one)(n)


def _one(n: int) -> str:
    return "one" if n == 1 else "other"


def _up_to_one(n: int) -> str:
    return "one" if n <= 1 else "other"


def _with_millions(rule: Callable[[int], str]) -> Callable[[int], str]:
    """Return a rule that has a form of its own for whole millions: "1.000.000 de votos"."""
    return lambda n: "many" if n and n % 1_000_000 == 0 else rule(n)


def _none(n: int) -> str:
    return "other"


def _hebrew(n: int) -> str:
    return {1: "one", 2: "two"}.get(n, "other")


def _arabic(n: int) -> str:
    if n <= 2:
        return ("zero", "one", "two")[n]
    if n % 100 >= 11:
        return "many"
    return "few" if n % 100 >= 3 else "other"


def _is_few_in_slavic(n: int) -> bool:
    return n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)


def _polish(n: int) -> str:
    if n == 1:
        return "one"
    return "few" if _is_few_in_slavic(n) else "many"


def _ukrainian(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if _is_few_in_slavic(n) else "many"


_RULES: dict[str, Callable[[int], str]] = {
    "es": _with_millions(_one),
    "it": _with_millions(_one),
    "fr": _with_millions(_up_to_one),
    "pt": _with_millions(_up_to_one),
    "fa": _up_to_one,
    "hi": _up_to_one,
    "pl": _polish,
    "uk": _ukrainian,
    "ar": _arabic,
    "he": _hebrew,
    **dict.fromkeys(("zh", "zh-Hant", "ja", "ko"), _none),
}
