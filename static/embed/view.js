// Draws one bar into its shadow root: DOM calls and textContent only.
import { create } from "./dom.js"
import { canClick, shownChoice, shownCounts, totalOf } from "./state.js"
import { sheet } from "./styles.js"

export const USUAL_CHOICES = 7
const BLANK = "\u00a0"

// The first number that Intl writes costs a slow phone 100 ms, and each with a notation 3: small ones do without, in
// the same digits.
const write = (n, lang, style) => (n < 1000 ? n : n.toLocaleString(`${lang}-u-nu-latn`, style))

const make = (tag, part, ...children) => {
  const node = create(tag)
  node.part = part
  node.append(...children)
  return node
}

// Makes a bar with a button for each choice, and answers the function that draws a state into it. What that answers is
// for the bars that few pages have: how they are drawn on, see the folder more.
// `onClick(wanted)`: the choice, or null to take it back. `spoken`: name of the string to speak.
export const build = (host, choices, onClick) => {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  const question = make("div", "question", BLANK)
  const summary = create("summary")
  const group = make("div", "choices")
  const note = make("p", "note", BLANK, " ", make("details", "how", summary, BLANK))
  const status = create("output")
  const bar = make("div", "bar", question, group, note)
  bar.style = "visibility:hidden;font-size:99rem" // it holds its place until it is drawn
  group.role = "group"
  const buttons = choices.map(({ key, label, emoji }) =>
    make(
      "button",
      `choice ${key}`,
      make("i", "emoji", emoji),
      make("span", "label", label),
      make("b", "count"),
    ),
  )
  group.append(...buttons)
  root.adoptedStyleSheets = [sheet]
  root.replaceChildren(bar, status) // the em of the bar is not a letter's
  // The widest word decides how many tiles are in a row, in any language and any font. Where there are no words yet,
  // asking would lay the whole page out for nothing.
  const widest = onClick ? Math.max(...buttons.map(({ children }) => children[1].offsetWidth)) : 0
  if (choices[3]) bar.style.fontSize = `max(4.5rem,${widest + 8}px)`
  else group.className = "few"

  return (state, spoken) => {
    const { set, message, open } = state
    const { strings, lang } = set
    const plural = new Intl.PluralRules(lang)
    const counted = (name, n, label) =>
      (strings[`${name}.${plural.select(n)}`] ?? strings[`${name}.other`])
        .replace("{n}", write(n, lang))
        .replace("{label}", () => label)
    const chosen = shownChoice(state)
    let chosenLabel
    const counts = shownCounts(state)
    const total = totalOf(counts)
    bar.style.visibility = ""
    bar.lang = lang
    bar.dir = set.dir
    question.textContent = group.ariaLabel = set.question
    choices.forEach(({ key, label, color }, at) => {
      const button = buttons[at]
      const n = counts[key] ?? 0
      const isChosen = key === chosen
      // Shown by the sheet: the button's name has the exact number, and says more than the short one.
      button.lastChild.dataset.n = write(n, lang, { notation: "compact" })
      button.ariaLabel = counted("vote", n, label)
      button.ariaPressed = isChosen
      // The choice may be newer than what is drawn: the second of two quick clicks takes the first back.
      button.onclick = () => onClick(shownChoice(host.ballot_.state_) === key ? null : key)
      button.disabled = !canClick(state)
      button.style = `--c:var(--readback-accent,${color})`
      if (isChosen) chosenLabel = label
    })
    note.firstChild.data =
      strings[open ? message : "closed"] ?? (total ? counted("total", total) : strings.first)
    summary.textContent = strings.how
    note.lastChild.lastChild.data = strings.about
    if (spoken) status.textContent = strings[spoken].replace("{label}", () => chosenLabel)
    return { counted, onClick }
  }
}

// Holds the place of a bar whose figures are not there yet: the same boxes, so that nothing moves when they come.
export const reserve = (host, choices) =>
  build(host, Array(+choices || USUAL_CHOICES).fill({ label: BLANK, emoji: BLANK }))
