// Draws a bar on: shares, the reader's own choice, what can be done about it, and other layouts.
import { create } from "../embed/dom.js"
import {
  canClick,
  isForeign,
  isWaiting,
  shownChoice,
  shownCounts,
  totalOf,
} from "../embed/state.js"
import { sheet } from "./styles.js"

const ACTS = ["change", "undo", "retry"]

// What belongs to one bar for as long as it is not built anew, by its element.
const kept = new WeakMap()

function begin(root, bar) {
  root.adoptedStyleSheets.push(sheet)
  const acts = ACTS.map((name) => {
    const act = create("button")
    act.part = `act ${name}`
    return act
  })
  const together = create("div")
  together.append(...acts)
  bar.querySelector("[part=how]").before(together)
  kept.set(bar, { acts, together })
  return kept.get(bar)
}

export function draw(host, state, { counted, onClick }) {
  const root = host.shadowRoot
  const bar = root.querySelector("[part=bar]")
  const own = kept.get(bar) ?? begin(root, bar)
  const { set, message, open } = state
  const { strings, choices } = set
  const [group, note, how] = ["choices", "note", "how"].map((part) =>
    bar.querySelector(`[part=${part}]`),
  )
  const results = host.getAttribute("results")
  const chosen = shownChoice(state)
  const at = choices.findIndex(({ key }) => key === chosen)
  const button = group.children[at]
  const counts = shownCounts(state)
  const total = totalOf(counts)
  const isWithheld = results === "after" && !chosen
  const inShares = chosen && results !== "counts"
  lay(group)

  // The reader acted here, and no earlier page or other tab did: from now on what changes may move.
  const isActive = navigator.userActivation?.isActive ?? true
  if (isActive && state.wanted !== undefined && !own.mayMove) {
    own.mayMove = true
    group.offsetWidth // the shares begin at nothing
  }
  if (own.chosen !== chosen) own.isChanging = false
  own.chosen = chosen

  choices.forEach(({ key, label }, index) => {
    const { style, lastChild, ariaLabel } = group.children[index]
    if (message === "bad_origin") group.children[index].disabled = true
    const part = counts[key] / (total || 1)
    style.setProperty("--s", `${inShares ? 100 * part : 0}%`)
    if (isWithheld) {
      lastChild.dataset.n = ""
      group.children[index].ariaLabel = label
    } else if (inShares) {
      const percent = Math.round(100 * part)
      const isSome = part && !percent
      const share = (isSome ? "<" : "") + strings.percent.replace("{n}", isSome ? 1 : percent)
      lastChild.dataset.n = share
      group.children[index].ariaLabel = `${ariaLabel}, ${share}`
    }
  })

  const told = open && (strings[message] ?? (state.held && strings.held))
  note.firstChild.data = [
    open ? isForeign(state) && strings.bad_origin : strings.closed,
    told || standing(),
    isWithheld && total && strings.after,
    state.note,
  ]
    .filter(Boolean)
    .join(" · ")

  function standing() {
    const others = counts[chosen] - 1
    if (others > 0) return counted("you", others, choices[at].label)
    if (button) return strings.chosen.replace("{label}", () => choices[at].label)
    return total || !canClick(state) ? counted("total", total) : strings.first
  }

  const isFailed = told && state.again !== undefined && ["failed", "rate_limited"].includes(message)
  const canChange = button && canClick(state) && !isFailed
  const [change, undo, retry] = own.acts
  own.acts.forEach((act, index) => {
    act.textContent = strings[ACTS[index]]
  })
  change.hidden = undo.hidden = !canChange
  retry.hidden = !isFailed
  own.together.hidden = !canChange && !isFailed
  note.classList.toggle("failed", Boolean(isFailed))
  how.hidden = Boolean(told || canChange)
  change.onclick = () => {
    own.isChanging = true
    mark()
    button.focus()
  }
  undo.onclick = () => {
    button.focus() // which stays, as this one goes
    onClick(null)
  }
  retry.onclick = () => {
    const again = choices.findIndex(({ key }) => key === (state.again ?? chosen))
    group.children[again]?.focus()
    onClick(state.again)
  }
  mark()

  function mark() {
    group.classList.toggle("now", Boolean(own.mayMove))
    group.classList.toggle("done", Boolean(button) && !own.isChanging)
    group.classList.toggle("wait", Boolean(isWaiting(state)))
  }
}

// Rows of the same length, as far as possible.
function lay(group) {
  const count = group.childElementCount
  const columns = (most) => Math.ceil(count / Math.ceil(count / most))
  group.style = `--n:${columns(7)};--p:${columns(4)}`
}
