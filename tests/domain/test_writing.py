"""Numbers, days and plural forms of the pages, beside the browser's own."""

import json
import subprocess
from datetime import date, timedelta

from tests.support.node import node
from widget.domain.strings import PLURALS
from widget.domain.strings.plurals import category
from widget.domain.strings.writing import day_text, number_text

NUMBERS = [*range(0, 125), 200, 999, 1000, 1234, 9999, 10_000, 12_345, 100_000, 1_000_000]
NUMBERS += [1_234_567, 2_000_000, 123_456_789]
FIRST = date(2024, 1, 1)
DAYS = [FIRST + timedelta(days=11 * at) for at in range(200)]
LAST_OF_YEARS = [date(year, 3, day) for year in range(2020, 2060) for day in (19, 20, 21, 22)]
SCRIPT = """
const [langs, numbers, days] = JSON.parse(process.argv[1])
const latin = (lang) => `${lang === "en" ? "en-GB" : lang}-u-nu-latn`
console.log(JSON.stringify(langs.map((lang) => {
  const rules = new Intl.PluralRules(lang)
  const written = new Intl.DateTimeFormat(latin(lang), { dateStyle: "long", timeZone: "UTC" })
  return [
    numbers.map((n) => rules.select(n)),
    numbers.map((n) => n.toLocaleString(latin(lang))),
    days.map((day) => written.format(new Date(day))),
  ]
})))
"""


def test_numbers_days_and_plurals_are_those_of_the_browser_in_every_language() -> None:
    days = [*DAYS, *LAST_OF_YEARS]
    asked = json.dumps([list(PLURALS), NUMBERS, [day.isoformat() for day in days]])
    printed = subprocess.run(
        [node(), "-e", SCRIPT, asked], capture_output=True, text=True, check=True
    )
    for lang, browsers in zip(PLURALS, json.loads(printed.stdout), strict=True):
        forms, numbers, written = browsers
        assert [category(lang, n) for n in NUMBERS] == forms, lang
        assert [number_text(n, lang) for n in NUMBERS] == numbers, lang
        assert [day_text(day, lang) for day in days] == written, lang


def test_a_language_of_a_site_that_we_do_not_know_has_days_that_everybody_can_read() -> None:
    assert day_text(date(2026, 11, 24), "nb") == "2026-11-24"
    assert number_text(1998, "nb") == "1,998" and category("nb", 1) == "one"
