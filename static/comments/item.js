// One comment: what everyone reads, and what this reader may do with it.
import { button, make } from "./dom.js"
import { form } from "./form.js"

export function item(talk, comment) {
  const { strings, record_: record, put_: put, say_: say } = talk
  const { id, edit_until, brought } = comment
  const answers = `answer-${id}`
  const edit = `edit-${id}`
  const byId = `by-${id}`
  const time = make(
    "time",
    "",
    { dateTime: comment.at },
    talk.dates_.format(Date.parse(comment.at) || 0),
  )
  const told = make("small")
  const by = make(
    "p",
    "by",
    { id: byId },
    make("b", "name", { dir: "auto" }, comment.name),
    make("a", "time", { href: `${location.pathname + location.search}#comment-${id}` }, time),
    told,
  )
  const text = make("p", "text", { dir: "auto" })
  const acts = make("div")
  const note = make("p", "note")
  const replies = make("ol", "", { role: "list" })
  const li = make(
    "li",
    "",
    { id, tabIndex: -1 },
    by,
    text,
    // The style sheet shows the beginning of a long text until this is open. All of it is read out.
    comment.long ? make("details", "", {}, make("summary", "", {}, strings.whole)) : "",
    acts,
    note,
    replies,
  )
  let opened

  const agree = act("agree", () => vote(!comment.up))
  if (talk.isOpen_ && comment.state === "published") {
    const reply = act("answer", () => answer().focus())
    const answer = () =>
      open(
        reply,
        answers,
        strings.to.replace("{name}", () => comment.name),
        { parent: id },
      )
    if (record.of_(answers).since) answer()
  }
  if (!edit_until)
    act("report", async () => (await put(note, "report", `/${id}/report`)) && say(note, "reported"))
  // The server's word counts; a clock that is wrong only offers too much or too little.
  else if (Date.parse(edit_until) > Date.now()) {
    const change = act("edit", () => rewrite().focus())
    const rewrite = () => {
      text.hidden = true
      return open(change, edit, strings.text, { id, text: comment.text, done_: become })
    }
    if (record.of_(edit).since) rewrite()
    const remove = act("delete", drop)
    remove.onblur = () => (remove.textContent = strings.delete)
  }
  let missing = comment.more
  if (missing > 0) {
    let after = ""
    const rest = button("", () =>
      talk.load_(note, { thread: id, after }, (answer) => {
        const [thread] = answer.comments
        const drawn = thread.replies.map((reply) => talk.place_(reply, id)).filter(Boolean)
        missing -= drawn.length
        after = answer.next
        count()
        drawn[0]?.focus()
      }),
    )
    const count = () => {
      rest.textContent = talk.counted_("replies", missing)
      rest.hidden = after === null
    }
    count()
    li.append(rest)
  }
  paint()
  return { li, replies }

  function act(label, onclick) {
    const node = button(strings[label], onclick)
    node.setAttribute("aria-describedby", byId)
    acts.append(node)
    return node
  }

  function open(opener, slot, label, options) {
    opened?.remove()
    const close = () => {
      opened.remove()
      record.keep_(slot)
      text.hidden = false
      opener.focus()
    }
    opened = form(talk, slot, label, { ...options, close_: close })
    note.after(opened)
    return opened.querySelector("textarea")
  }

  function become(values) {
    Object.assign(comment, values)
    record.keep_(id, { ...record.of_(id), ...values, keptAt: Date.now() })
    paint()
  }

  // A newer click goes on wanting.
  async function vote(up) {
    const { ups } = comment
    const seq = comment.seq + 1
    become({ up, ups: ups + (up ? 1 : -1), seq })
    const answer = await put(note, "vote", `/${id}/vote`, { up, seq })
    if (comment.seq !== seq) return
    become(answer ?? { up: !up, ups })
    // Another tab was first with this seq.
    if (answer && answer.up !== up) vote(up)
  }

  // Nobody but an editor can undo it, so it is asked for twice.
  async function drop({ currentTarget }) {
    if (currentTarget.textContent !== strings.sure) return say(currentTarget, "sure")
    if (!(await put(note, "delete", `/${id}/removal`))) return
    talk.dropped_(comment)
    comment.state = "deleted"
    record.keep_(id, { id, state: comment.state, keptAt: Date.now() })
    if (replies.firstChild) paint()
    else li.remove()
  }

  function paint() {
    const { state, ups, up, why } = comment
    const isHeld = state === "held"
    const isGone = !isHeld && state !== "published"
    by.hidden = isGone
    acts.hidden = isGone || !talk.mayAct_
    li.part = `comment ${state}`
    text.textContent = isGone ? strings.removed : comment.text
    told.textContent = comment.edited && strings.edited
    if (brought)
      told.append(" ", talk.counted_("brought", brought.ups).replace("{from}", brought.from))
    agree.textContent = (up ? "✓ " : "") + strings.agree + (ups ? ` ${ups}` : "")
    agree.ariaPressed = !!up
    agree.disabled = edit_until
    agree.hidden = agree.disabled && !ups
    if (isHeld)
      // A record of somebody else's may have anything for reasons.
      note.textContent = [
        strings.held,
        ...[why].flat().map((reason) => strings[`why.${reason}`]),
      ].join(" ")
  }
}
