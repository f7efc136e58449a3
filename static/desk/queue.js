// The list of comments without reloads: what the forms of the page do, as requests, and a key for
// each. Without this script the same forms post and the page comes back.

import { bodyOf } from "./html.js"
import { putRegion } from "./live.js"
import { listen } from "./queue/keyboard.js"
import { Removal } from "./queue/removal.js"
import { nameOf, Rows } from "./queue/rows.js"
import { send } from "./queue/sending.js"

const form = document.querySelector("[data-queue]")
const bar = document.querySelector("[data-bar]")
const notice = document.querySelector("[data-notice]")
const said = document.querySelector("[data-said]")
const empty = document.querySelector("[data-empty]")
const live = document.querySelector("[data-live]")
const search = document.getElementById("find")

const done = [] // the acts that can be undone: { known: entries of the log, entries: their promise }
let removing = [] // the comments for which the reasons are open

const rows = form && new Rows(form.querySelector("[data-rows]"), showBar)
const removal =
  form &&
  new Removal(form.querySelector("[data-removal]"), (reason, putBack) => {
    act("hide", removing.map((id) => rows.byId(id)).filter(Boolean), reason, putBack)
  })

function showBar() {
  const selected = rows.selected.length
  bar.querySelector("[data-what]").textContent = selected
    ? `${selected} selected`
    : nameOf(rows.current) || "No comment"
  bar.querySelector("[data-clear]").hidden = !selected
  const all = bar.querySelector("[data-all] input")
  all.checked = selected > 0 && selected === rows.all.length
  all.indeterminate = selected > 0 && !all.checked
}

function run(action, targets) {
  if (!targets.length) return complain("Select a comment first.")
  if (action === "hide") return askReason(targets)
  if (action !== "correct") return act(action, targets)
  const label = form.querySelector("select[name=label]")
  if (label.value === label.options[0].value) return complain("Choose a label to set.")
  act(action, targets, [["label", label.value]])
}

function askReason(targets) {
  const one = targets.length === 1 && nameOf(targets[0])
  const whose = one ? `${one}’s comment` : `${targets.length} comments`
  removing = targets.map((row) => row.dataset.comment)
  const isAppeal = targets.every((row) => row.dataset.status === "appealed")
  removal.open(isAppeal ? `Uphold the removal of ${whose}` : `Remove ${whose}`, isAppeal)
}

// `failed` is called if nothing was done.
function act(action, targets, more = [], failed = () => {}) {
  const fields = [["act", action], ...more]
  for (const row of targets) {
    fields.push(["comment", row.dataset.comment], ["seen", seenOf(row)])
  }
  // What will leave the list leaves it now. If the server refuses, it comes back and we say why.
  const leaves = form.dataset.leaves.split(" ").includes(action)
  const next = leaves ? rows.following(targets) : null
  if (leaves) {
    rows.hide(targets)
    rows.makeCurrent(next)
    if (!next) showEmpty()
  }
  const answered = send(form.action, fields)
  remember(answered)
  const shown = answered.then((answer) => {
    if (!answer.entries.length) failed()
    show(answer)
  })
  shown.catch((problem) => {
    failed()
    rows.show(targets)
    showEmpty()
    const stayed = [document.body, next, empty].includes(document.activeElement)
    if (leaves && stayed) rows.makeCurrent(targets[0])
    complain(problem.message)
  })
}

function remember(answered) {
  const item = { known: [] }
  item.entries = answered.then(({ entries }) => (item.known = entries)).catch(() => [])
  done.push(item)
}

async function undo() {
  while (done.length) {
    const entries = await done.pop().entries
    if (entries.length) return reverse(entries)
  }
  const entries = entriesOf(notice.querySelector("form"))
  if (entries.length) reverse(entries)
  else complain("There is nothing to undo.")
}

function reverse(entries, isRedo = false) {
  const fields = entries.map((entry) => ["entry", entry])
  const answered = send(form.dataset.reversals, fields)
  if (isRedo) remember(answered)
  answered
    .then((answer) => {
      const back = show(answer)
      if (back) rows.makeCurrent(back)
    })
    .catch((problem) => complain(problem.message))
}

// Put in what an answer brings. Returns the first of these comments that is in the list now.
function show({ cases, regions, notice: html, say }) {
  for (const [id, fresh] of Object.entries(cases)) {
    if (fresh === null) rows.remove(id)
    else rows.put(id, bodyOf(fresh).firstElementChild)
  }
  const first = rows.all.find((row) => row.dataset.comment in cases)
  if (!rows.current) rows.makeCurrent(rows.all[0] ?? null, { focus: false })
  for (const [name, region] of Object.entries(regions)) putRegion(live, name, region)
  notice.replaceChildren(document.importNode(bodyOf(html), true))
  notice.firstElementChild.replaceWith(...notice.firstElementChild.childNodes)
  said.textContent = say
  showEmpty()
  return first
}

function complain(words) {
  const problem = document.createElement("p")
  problem.className = "notice notice--bad"
  problem.textContent = words
  notice.replaceChildren(problem)
  said.textContent = words
}

function showEmpty() {
  const none = rows.all.length === 0
  const hadFocus = document.activeElement === document.body || document.activeElement === empty
  empty.hidden = !none
  bar.hidden = none
  if (none && hadFocus) empty.focus()
}

function seenOf(row) {
  return row.querySelector("[name=seen]").value
}

function entriesOf(posted) {
  return posted ? new FormData(posted).getAll("entry") : []
}

function key(action) {
  return () => run(action, rows.targets)
}

function close() {
  if (removal.isOpen) return removal.close()
  if (!rows.selected.length) return false
  rows.select([])
}

function openSearch() {
  search.closest("details").open = true
  search.focus()
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (event.submitter.matches("[data-confirm]")) return removal.confirm()
    const { name, value } = event.submitter
    const [action, id] = value.split(" ")
    if (name === "one") run(action, [rows.byId(id)])
    else if (action) run(action, rows.targets)
  })
  // Enter in a checkbox would send the form.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault()
  })
  bar.querySelector("[data-all]").hidden = false
  bar.querySelector("[data-all] input").addEventListener("change", (event) => {
    rows.select(event.target.checked ? rows.all : [])
  })
  bar.querySelector("[data-clear]").addEventListener("click", () => rows.select([]))
  notice.addEventListener("submit", (event) => {
    event.preventDefault()
    const entries = entriesOf(event.target)
    const at = done.findIndex(({ known }) => known.includes(entries[0]))
    if (at >= 0) done.splice(at, 1)
    reverse(entries, "redo" in event.target.dataset)
  })
  // A form that posted answers with the page at the comment that followed: go on from there.
  const following = document.getElementById(location.hash.slice(1))
  const isRow = following?.matches("[data-comment]") ?? false
  rows.makeCurrent(isRow ? following : (rows.all[0] ?? null), { focus: isRow })
  listen(
    {
      j: () => rows.step(1),
      k: () => rows.step(-1),
      x: () => rows.current && rows.toggle(rows.current),
      a: () => rows.select(rows.selected.length === rows.all.length ? [] : rows.all),
      p: key("publish"),
      r: key("hide"),
      h: key("hold"),
      z: undo,
      o: () => rows.current?.querySelector("[data-act=open]").click(),
      Escape: close,
      "/": openSearch,
    },
    ["j", "k"],
  )
} else listen({ "/": openSearch }, [])
