// Draws one bar into its shadow root: DOM calls and textContent only.
import { canClick, shownChoice, shownCounts } from "./state.js"
import { sheet } from "./styles.js"

const USUAL_CHOICES = 7
const BLANK = "\u00a0"
const BLANK_NOTE = "– ".repeat(24) // about as long as the sentence it stands for

// The first number that Intl writes costs a slow phone 100 ms, and each format 3: small ones do without, in
// the same digits, and a format is made once.
const formats = {}
const write = (n, lang, notation) => {
  if (n < 1000) return n
  const key = lang + notation
  formats[key] ??= new Intl.NumberFormat(`${lang}-u-nu-latn`, { notation })
  return formats[key].format(n)
}

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties)
  node.append(...children)
  return node
}

const withLabel = (text, label) => text.replace("{label}", () => label)

// Makes a bar with a button for each choice, and answers the function that draws a state into it.
// `spoken`: name of the string to speak.
export function build(root, choices, onClick) {
  const question = make("div", { id: "q", part: "question" }, BLANK)
  const group = make("div", { id: "c", part: "choices", role: "group" })
  const note = make("p", { part: "note" }, BLANK_NOTE)
  const status = make("output")
  // The bar holds its place, unseen, until it is drawn.
  const bar = make(
    "div",
    { part: "bar", style: "visibility:hidden" },
    question,
    group,
    note,
    status,
  )
  root.adoptedStyleSheets = [sheet]
  root.replaceChildren(bar)

  const buttons = choices.map(({ key, label, emoji, color }) => {
    const count = make("b", { part: "count" })
    const picture = make("i", { part: "emoji" }, emoji)
    const button = make(
      "button",
      { part: `choice ${key}`, onclick: () => onClick(key) },
      picture,
      make("span", { part: "label" }, label),
      count,
    )
    button.style.setProperty("--c", `var(--readback-accent, ${color})`)
    group.append(button)
    return { key, label, button, count }
  })

  return (state, inPercent, spoken) => {
    const { set_: set, message_: message, open } = state
    const { strings, lang } = set
    const plural = new Intl.PluralRules(lang)
    const counted = (name, n) =>
      (strings[`${name}.${plural.select(n)}`] ?? strings[`${name}.other`]).replace(
        "{n}",
        write(n, lang),
      )
    const chosen = shownChoice(state)
    const counts = shownCounts(state)
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
    const said = message || (open ? "" : "closed")
    bar.style = ""
    bar.lang = lang
    bar.dir = set.dir
    question.textContent = group.ariaLabel = set.question
    for (const { key, label, button, count } of buttons) {
      const n = counts[key] ?? 0
      const isChosen = key === chosen
      const share =
        inPercent && chosen
          ? strings.percent.replace("{n}", Math.round((100 * n) / (total || 1)))
          : ""
      // Shown by the sheet: the button's name has the exact number, and says more than the short one.
      count.dataset.n = (isChosen ? "✓ " : "") + (share || write(n, lang, "compact"))
      button.ariaLabel = withLabel(counted("vote", n), label) + (share && `, ${share}`)
      button.ariaPressed = isChosen
      button.disabled = !canClick(state)
      button.style.setProperty("--share", share ? n / (total || 1) : +isChosen)
      if (isChosen && spoken === "chosen") spoken = withLabel(strings.chosen, label)
    }
    note.textContent = `${strings[said] ?? counted("total", total)} ${state.note}`
    note.className = said && "said"
    if (spoken) status.textContent = strings[spoken] ?? spoken
  }
}

// Holds the place of a bar whose figures are not there yet: the same boxes, so that nothing moves when they come.
export const reserve = (root, choices) =>
  build(root, Array(+choices || USUAL_CHOICES).fill({ label: BLANK, emoji: BLANK }))
