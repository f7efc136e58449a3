// Draws one bar into its shadow root: DOM calls and textContent only.
import { create } from "./dom.js"
import { canClick, shownChoice, shownCounts, totalOf } from "./state.js"
import { sheet } from "./styles.js"

const USUAL_CHOICES = 7
const BLANK = "\u00a0"
const BLANK_NOTE = "– ".repeat(24) // about as long as the sentence it stands for

// The first number that Intl writes costs a slow phone 100 ms, and each with a notation 3: small ones do without, in
// the same digits.
const write = (n, lang, notation) =>
  n < 1000 ? n : n.toLocaleString(`${lang}-u-nu-latn`, notation && { notation })

function make(tag, part, ...children) {
  const node = create(tag)
  node.part = part
  node.append(...children)
  return node
}

const withLabel = (text, label) => text.replace("{label}", () => label)

// Makes a bar with a button for each choice, and answers the function that draws a state into it.
// `onClick(wanted)`: the choice, or null to take it back. `spoken`: name of the string to speak.
export function build(host, choices, onClick) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  const question = make("div", "question", BLANK)
  const group = make("div", "choices")
  const note = make("p", "note", BLANK_NOTE)
  const status = create("output")
  const bar = make("div", "bar", question, group, note, status)
  bar.style = "visibility:hidden" // it holds its place until it is drawn
  group.role = "group"
  // Rows of the same length, as far as possible.
  const columns = (most) => Math.ceil(choices.length / Math.ceil(choices.length / most))
  group.style = `--n:${columns(7)};--p:${columns(4)}`
  root.adoptedStyleSheets = [sheet]
  root.replaceChildren(bar)

  for (const { key, label, emoji } of choices) {
    const button = make(
      "button",
      `choice ${key}`,
      make("i", "emoji", emoji),
      make("span", "label", label),
      make("b", "count"),
    )
    group.append(button)
  }

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
    let chosenLabel
    const counts = shownCounts(state)
    const total = totalOf(counts)
    const said = message || (open ? "" : "closed")
    bar.style = ""
    bar.lang = lang
    bar.dir = set.dir
    question.textContent = group.ariaLabel = set.question
    choices.forEach(({ key, label, color }, at) => {
      const button = group.children[at]
      const n = counts[key] ?? 0
      const isChosen = key === chosen
      const part = n / (total || 1)
      const share =
        inPercent && chosen ? strings.percent.replace("{n}", Math.round(100 * part)) : ""
      // Shown by the sheet: the button's name has the exact number, and says more than the short one.
      button.lastChild.dataset.n = (isChosen ? "✓ " : "") + (share || write(n, lang, "compact"))
      button.ariaLabel = withLabel(counted("vote", n), label) + (share && `, ${share}`)
      button.ariaPressed = isChosen
      button.onclick = () => onClick(isChosen ? null : key)
      button.disabled = !canClick(state)
      button.style = `--c:var(--readback-accent,${color});--s:${100 * (share ? part : isChosen)}%`
      if (isChosen) chosenLabel = label
    })
    note.textContent = `${strings[said] ?? counted("total", total)} ${state.note}`
    note.className = said && "said"
    if (spoken) status.textContent = withLabel(strings[spoken], chosenLabel)
  }
}

// Holds the place of a bar whose figures are not there yet: the same boxes, so that nothing moves when they come.
export const reserve = (host, choices) =>
  build(host, Array(+choices || USUAL_CHOICES).fill({ label: BLANK, emoji: BLANK }))
