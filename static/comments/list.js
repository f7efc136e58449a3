// The comments of one article, drawn into a box: which are shown, in which order, and what is said of them all.
import { ask } from "../embed/api.js"
import { deliver } from "./deliver.js"
import { button, counting, make } from "./dom.js"
import { form } from "./form.js"
import { item } from "./item.js"
import { recordOf, unseen, withOwn } from "./mine.js"

// `first`: the answer that brings the strings; `given`: url_, site, article (as the server is asked for it), page
// and tell_. Answers a function that leads the reader to a comment, and says whether it is here.
export function show(box, first, given) {
  const { lang, dir, strings } = first
  const { url_: url, site, article, tell_: tell } = given
  const record = recordOf(site, first.article)
  // A page without an origin, as a sandboxed frame is, may read.
  const mayAct = window.origin !== "null"
  const isOpen = first.open && mayAct
  // What an item and a form work with.
  const talk = {
    ...given,
    strings,
    record_: record,
    isOpen_: isOpen,
    mayAct_: mayAct,
    dates_: new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }),
    counted_: counting(first),
    say_: say,
    put_: put,
    load_: load,
    place_: place,
    dropped_({ state }) {
      if (state === "published") recount(-1)
      title.focus()
      say(status, "deleted")
    },
    // What a new comment became: it stands first, or at the end of its thread.
    posted_(answer) {
      record.keep_(answer.id, { ...answer, keptAt: Date.now() })
      place(answer, answer.parent, true)
      if (answer.state === "published") recount(1)
      say(status, answer.state === "held" ? "held" : "posted")
    },
  }
  const title = make("h2", "title", { tabIndex: -1 })
  const list = make("ol", "list", { role: "list" })
  const note = make("p", "note")
  const status = make("output")
  const more = button(
    strings.more,
    () => load(note, { order, [order === "newest" ? "before" : "after"]: next }, fill),
    "button",
  )
  const orders = make("div")
  for (const name of ["newest", "oldest"]) {
    const node = button(strings[name], () => load(note, { order: name }, start))
    node.value = name
    orders.append(node)
  }
  let count // of what everyone sees
  let items // shown, by id
  let order
  let next

  Object.assign(box, { lang, dir })
  box.append(
    title,
    isOpen
      ? form(talk, "new", strings.write)
      : make("p", "note", {}, first.open ? "" : strings.closed),
    orders,
    list,
    make("p", "none", {}, isOpen ? strings.nobody : ""),
    more,
    note,
    status,
  )
  start(first)

  return (id) => {
    items[id]?.li.focus()
    return items[id]
  }

  function start(answer) {
    items = {}
    ;({ order, count } = answer)
    list.replaceChildren()
    for (const each of orders.children) each.ariaPressed = each.value === order
    fill(answer)
    for (const own of unseen(record.all_()))
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
    if (items[comment.id]) return
    const shown = withOwn(comment, record.of_(comment.id))
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
    title.textContent = talk.counted_("count", count)
    orders.hidden = count < 2
  }

  // Words beside the act they answer, spoken too.
  function say(where, name) {
    where.textContent = status.textContent = strings[name]
  }

  // A browser's own error has a number as its code.
  function failed(where, { code }) {
    say(where, strings[code] ? code : "failed")
    tell("error", { code: code?.at && code })
  }

  // What the server made of an act; undefined where it was refused, in words beside it, or where the page has become
  // another story's.
  async function put(where, act, path, fields) {
    if (!given.isShown_()) return
    try {
      const answer = await deliver(url + path, { site, ...fields }, (name) => say(where, name))
      where.textContent = ""
      tell("comment", { act, ...answer })
      return answer
    } catch (problem) {
      failed(where, problem)
    }
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
