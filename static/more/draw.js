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
const BLIND = 0.1 // of the loads, while a site has its experiment

// What belongs to one bar for as long as it is not built anew, by its element.
const kept = new WeakMap()
// Arms of the experiment by article, for as long as the page lives. Nothing else knows them, so each load is drawn anew.
const arms = {}

function begin(root, bar) {
  root.adoptedStyleSheets.push(sheet)
  const acts = ACTS.map((name) => {
    const act = create("button")
    act.part = `act ${name}`
    return act
  })
  const together = create("div")
  together.append(...acts)
  const why = create("a")
  why.part = "why"
  bar.lastChild.lastChild.before(why, " ", together)
  kept.set(bar, { acts_: acts, together_: together, why_: why })
  return kept.get(bar)
}

// Answers the arm of the experiment that the reader sees; nothing where there is none.
export function draw(host, state, { counted, onClick }) {
  const root = host.shadowRoot
  const bar = root.firstChild
  const own = kept.get(bar) ?? begin(root, bar)
  const { set, message, open } = state
  const { strings, choices, lang } = set
  const [, group, note] = bar.children
  const how = note.lastChild
  const results = host.getAttribute("results") || set.results
  const chosen = shownChoice(state)
  const at = choices.findIndex(({ key }) => key === chosen)
  const button = group.children[at]
  const counts = shownCounts(state)
  const total = totalOf(counts)
  const arm = armOf(state, results)
  const isAfter = results === "after" || arm === "blind"
  const isWithheld = isAfter && open && !chosen
  const aside = !isWithheld && state.set_aside
  const inShares = chosen && results !== "counts"
  lay(group)

  // The reader acted here, and no earlier page or other tab did: from now on what changes may move.
  const isActive = navigator.userActivation?.isActive ?? true
  if (isActive && state.wanted !== undefined) own.mayMove_ = true
  if (own.chosen_ !== chosen) own.isChanging_ = false
  own.chosen_ = chosen

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

  const why = own.why_
  const setAside =
    aside &&
    counted(aside.day ? "aside" : "aside_all", aside.votes).replace("{day}", dayIn(lang, aside.day))
  why.hidden = !aside
  if (aside) {
    why.textContent = strings.why
    why.ariaLabel = `${setAside} ${strings.why}`
    why.href = `${aside.url}?lang=${lang}`
  }

  const told = open && (strings[message] ?? (state.held && strings.held))
  note.firstChild.data = [
    open ? isForeign(state) && strings.bad_origin : strings.closed,
    told || standing(),
    isWithheld && total && strings.after,
    state.note,
    setAside,
  ]
    .filter(Boolean)
    .join(" · ")

  function standing() {
    const others = counts[chosen] - 1
    if (others > 0) return counted("you", others, choices[at].label)
    if (button) return strings.chosen.replace("{label}", () => choices[at].label)
    return total || !canClick(state) ? counted("total", total) : strings.first
  }

  const isFailed = told && state.again !== undefined && /failed|rate/.test(message)
  // What the note says of a vote under way comes and goes: acts behind it would move.
  const isUnderWay = message && state.wanted !== undefined
  const canChange = button && canClick(state) && !isFailed && !isUnderWay
  const [change, undo, retry] = own.acts_
  ACTS.forEach((name, index) => {
    own.acts_[index].textContent = strings[name]
  })
  change.hidden = undo.hidden = !canChange
  retry.hidden = !isFailed
  own.together_.hidden = !canChange && !isFailed
  note.classList.toggle("failed", Boolean(isFailed))
  how.hidden = told || canChange || aside
  change.onclick = () => {
    own.isChanging_ = true
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
  return arm

  function mark() {
    group.classList.toggle("after", isAfter)
    group.classList.toggle("now", Boolean(own.mayMove_))
    group.classList.toggle("done", Boolean(button) && !own.isChanging_)
    group.classList.toggle("wait", Boolean(isWaiting(state)))
  }
}

// A bar that shows its counts after the choice anyway has nothing to compare.
const armOf = ({ article, set }, results) => {
  if (!set.experiment || results === "after") return
  arms[article] ??= Math.random() < BLIND ? "blind" : "shown"
  return arms[article]
}

// A day such as 2026-11-24, as the language writes it: 24 Nov. The server's pages write English days in that order too.
const dayIn = (lang, day) =>
  new Date(`${day}T00:00`).toLocaleDateString(`${lang === "en" ? "en-GB" : lang}-u-nu-latn`, {
    day: "numeric",
    month: "short",
  })

// Rows of the same length, as far as possible.
function lay(group) {
  const count = group.childElementCount
  const columns = (most) => Math.ceil(count / Math.ceil(count / most))
  group.style = `--n:${columns(7)};--p:${columns(4)}`
}
