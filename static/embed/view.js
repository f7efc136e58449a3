// Draws one bar into its shadow root: DOM calls and textContent only.
import { canClick, shownChoice, shownCounts, sum } from "./state.js"
import { sheetOf } from "./styles.js"

const USUAL_CHOICES = 7
const BLANK = "\u00a0"
const BLANK_NOTE = "– ".repeat(24) // about as long as the sentence it stands for

const fill = (text, label, n) => text.replace("{label}", () => label).replace("{n}", n)

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties)
  node.append(...children)
  return node
}

// A bar with a button for each choice.
function build(root, choices, onClick) {
  const question = make("div", { id: "q", part: "question" }, BLANK)
  const note = make("p", { part: "note" }, BLANK_NOTE)
  const status = make("output")
  const buttons = choices.map(({ key, label, emoji, color }) => {
    const count = make("b", { part: "count" })
    const picture = make("i", { part: "emoji", ariaHidden: true }, emoji)
    const button = make("button", { part: `choice ${key}` }, picture, make("span", { part: "label" }, label), count)
    button.style.setProperty("--c", `var(--readback-accent, ${color})`)
    button.addEventListener("click", () => onClick(key))
    return { key, label, button, count }
  })
  const group = make("div", { id: "c", part: "choices", role: "group" }, ...buttons.map(({ button }) => button))
  const bar = make("div", { part: "bar" }, question, group, note, status)
  root.adoptedStyleSheets = [sheetOf()]
  root.replaceChildren(bar)
  return { choices, bar, question, group, note, status, buttons }
}

// Holds the place of a bar whose figures are not there yet: the same boxes, so that nothing moves when they come.
export function reserve(root, choices) {
  build(root, Array(+choices || USUAL_CHOICES).fill({ label: BLANK, emoji: BLANK })).bar.inert = true
}

// Answers the parts, built anew when what can be chosen is another. `spoken`: name of a string.
export function paint(root, parts, state, inPercent, onClick, spoken) {
  const { set, message, open } = state
  const { strings, lang, choices } = set
  if (parts?.choices !== choices) parts = build(root, choices, onClick)
  const inWords = (n, options) => n.toLocaleString(lang, options)
  const plural = new Intl.PluralRules(lang)
  const say = (name, n, label) =>
    fill(strings[`${name}.${plural.select(n)}`] ?? strings[`${name}.other`], label, inWords(n))
  const chosen = shownChoice(state)
  const counts = shownCounts(state)
  const total = sum(counts)
  const { bar, question, group, note, status, buttons } = parts
  Object.assign(bar, { lang, dir: set.dir })
  question.textContent = group.ariaLabel = set.question
  for (const { key, label, button, count } of buttons) {
    const n = counts[key] ?? 0
    const isChosen = key === chosen
    const share = inWords(n / (total || 1), { style: "percent" })
    const inShare = inPercent && chosen
    // Shown by the sheet: the button's name has the exact number, and says more than the short one.
    count.dataset.n = inShare ? share : inWords(n, { notation: "compact" })
    button.ariaLabel = say("vote", n, label) + (inShare ? `, ${share}` : "")
    button.ariaPressed = isChosen
    button.disabled = !canClick(state)
    button.style.setProperty("--share", inShare ? `${(100 * n) / total}%` : isChosen ? "100%" : 0)
    if (isChosen && spoken === "chosen") spoken = fill(strings.chosen, label)
  }
  const said = message || (open ? "" : "closed")
  note.textContent = strings[said] ?? say("total", total)
  note.className = said && "said"
  if (spoken) status.textContent = strings[spoken] ?? spoken
  return parts
}
