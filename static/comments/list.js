// The comments of one article, drawn into a box: which are shown, in which order, and what is said of them all.
import { ask } from "../embed/api.js"
import { button, counting, make } from "./dom.js"
import { item } from "./item.js"
import { recordOf, unseen, withOwn } from "./mine.js"
import { timesIn } from "./times.js"

// Of each order, the parameter that takes the cursor of the page before.
const CURSORS = { best: "after", newest: "before", oldest: "after" }

// `first`: the answer that brings the strings; `given`: url, site, article (as the server is asked for it), page, tell,
// isShown and open, which loads the acts. Answers a function that leads the reader to a comment, and says whether it is
// here.
export function show(box, first, given) {
  const { lang, dir, strings } = first
  const { url, site, article, tell } = given
  const record = recordOf(site, first.article)
  // A page without an origin, as a sandboxed frame is, may read.
  const mayAct = window.origin !== "null"
  const isOpen = first.open && mayAct
  const title = make("h2", "title", { tabIndex: -1 })
  const list = make("ol", "list", { role: "list" })
  const note = make("p", "note")
  const status = make("output")
  const starter = button(strings.start, () => talk.act("write", note), "start")
  const more = button(
    strings.more,
    () => load(note, { order, [CURSORS[order]]: next }, fill),
    "button",
  )
  const orders = make("div", "orders")
  for (const name in CURSORS) {
    const node = button(strings[name], () => load(note, { order: name }, start))
    node.value = name
    orders.append(node)
  }
  // What items and acts work with. ../commenting is a script of its own, so nothing here has a short name.
  const talk = {
    ...given,
    lang,
    strings,
    record,
    isOpen,
    mayAct,
    title,
    starter,
    status,
    times: timesIn(lang),
    counted: counting(first),
    words: (text) =>
      [...new Intl.Segmenter(lang, { granularity: "word" }).segment(text)].filter(
        (part) => part.isWordLike,
      ).length,
    say,
    failed,
    load,
    place,
    recount,
    // Shown, by id.
    items: {},
    // Do what a button names.
    async act(name, where, ...what) {
      try {
        acts ??= given.open().then((module) => module.acts(talk))
        return (await acts)[name](...what)
      } catch (problem) {
        acts = undefined
        failed(where, problem)
      }
    },
  }
  let acts
  let count // of what everyone sees
  let order
  let next

  // A reader who comes near will press soon.
  const near = () => given.open().catch(() => {})
  box.addEventListener("pointerover", near, { once: true })
  box.addEventListener("focusin", near, { once: true })
  Object.assign(box, { lang, dir })
  box.append(
    make("div", "head", {}, title, orders),
    isOpen ? starter : make("p", "note", {}, first.open ? "" : strings.closed),
    list,
    make("p", "none", {}, strings.nobody),
    more,
    note,
    status,
  )
  start(first)
  // What was begun or written here before goes on: drafts, and what editors decided.
  if (record.all().some(({ since, edit_until }) => since || edit_until)) talk.act("begin", note)

  return (id) => {
    talk.items[id]?.li.focus()
    return talk.items[id]
  }

  function start(answer) {
    talk.items = {}
    ;({ order, count } = answer)
    list.replaceChildren()
    for (const each of orders.children) each.ariaPressed = each.value === order
    fill(answer)
    for (const own of unseen(record.all()))
      if (place(own, own.parent, true)) count += own.state === "published"
    recount(0)
  }

  function fill(answer) {
    next = answer.next
    more.hidden = !next
    let isOn = !list.firstChild
    for (const comment of answer.comments) {
      const li = place(comment)
      // Whoever asked for more goes on reading there.
      if (!isOn) li?.focus()
      isOn ||= li
      for (const reply of comment.replies) place(reply, comment.id)
    }
  }

  // Draws a comment that is not drawn yet.
  function place(comment, parent, isOwn) {
    const { items } = talk
    if (items[comment.id]) return
    const shown = withOwn(comment, record.of(comment.id))
    if (shown.state === "deleted") {
      count--
      if (!shown.replies?.length) return
    }
    items[comment.id] = item(talk, shown)
    const { li } = items[comment.id]
    const thread = items[parent]?.replies
    if (thread)
      thread.insertBefore(
        li,
        [...thread.children].find(({ id }) => id > li.id),
      )
    else if (isOwn) list.prepend(li)
    else list.append(li)
    return li
  }

  function recount(change) {
    count += change
    title.textContent = talk.counted("count", count)
    orders.hidden = count < 2
  }

  // Words beside the act they answer, spoken too.
  function say(where, text) {
    where.textContent = status.textContent = text
  }

  // A browser's own error has a number as its code.
  function failed(where, { code }) {
    say(where, strings[code] ?? strings.failed)
    tell("error", { code: code?.at && code })
  }

  async function load(where, query, then) {
    try {
      then(await ask(`${url}?${new URLSearchParams({ site, article, ...query })}`))
      where.textContent = ""
    } catch (problem) {
      failed(where, problem)
    }
  }
}
