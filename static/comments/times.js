// When a comment was written: how long ago, and exactly.
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
]
const MOST_DAYS = 7

// Functions of a time in ms that answer text in the language of the list. The digits are those of its numbers.
export function timesIn(lang) {
  const locale = `${lang}-u-nu-latn`
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" })
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "narrow" })
  return {
    exact: (at) => exact.format(at),
    short(at) {
      // A clock that is behind has no future to show.
      const seconds = Math.max(0, Date.now() - at) / 1000
      if (seconds > MOST_DAYS * 86400) return day.format(at)
      const [unit, size] = UNITS.find((each) => seconds >= each[1]) ?? ["second", Infinity]
      return ago.format(-Math.floor(seconds / size), unit)
    },
  }
}
