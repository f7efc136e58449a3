// One comment: what everyone reads, and the buttons for what this reader may do with it.
import { button, make } from "./dom.js"

const FOLD_CHARS = 420 // about five lines, or seven on a phone
const FOLD_LINES = 7

export function item(talk, comment) {
  const { strings, times } = talk
  const { id, edit_until, brought } = comment
  const byId = `by-${id}`
  const at = Date.parse(comment.at) || 0
  const exact = times.exact(at)
  const time = make("time", "", { dateTime: comment.at, title: exact }, times.short(at))
  const told = make("small")
  // No portrait is fetched, and nobody is tracked by one.
  const face = make("span", "face", { ariaHidden: "true" })
  const by = make(
    "p",
    "by",
    { id: byId },
    make("b", "name", { dir: "auto" }, comment.name),
    make(
      "a",
      "time",
      {
        href: `${location.pathname + location.search}#comment-${id}`,
        // A finger sees no title.
        onclick: () => (time.textContent = exact),
      },
      time,
    ),
    told,
  )
  const text = make("p", "text", { dir: "auto" })
  const more = make("details", "", {
    ontoggle() {
      more.remove()
      li.focus()
    },
  })
  const acts = make("div", "acts")
  const note = make("p", "note", { tabIndex: -1 })
  const replies = make("ol", "", { role: "list" })
  const li = make("li", "", { id, tabIndex: -1 }, face, by, text, more, acts, note, replies)
  // What acts work with; see ../commenting/index.js.
  const self = { comment, li, by, text, acts, note, replies, become, paint }

  const agree = act("agree", "vote")
  if (talk.isOpen && comment.state === "published") self.reply = act("answer", "reply")
  // The server's word counts; a clock that is wrong only offers too much or too little.
  if (edit_until && Date.parse(edit_until) > Date.now()) {
    self.edit = act("edit", "edit")
    const remove = act("delete", "drop")
    remove.onblur = () => (remove.textContent = strings.delete)
  }
  if (!edit_until) act("report", "report").part = "act last"
  let missing = comment.more
  if (missing > 0) {
    let after = ""
    const rest = button("", () =>
      talk.load(note, { thread: id, after }, (answer) => {
        const [thread] = answer.comments
        const drawn = thread.replies.map((reply) => talk.place(reply, id)).filter(Boolean)
        missing -= drawn.length
        after = answer.next
        count()
        drawn[0]?.focus()
      }),
    )
    const count = () => {
      rest.textContent = talk.counted("replies", missing)
      rest.hidden = after === null
    }
    count()
    li.append(rest)
  }
  paint()
  return self

  function act(label, name) {
    const node = button(strings[label], () => talk.act(name, note, self, node))
    node.setAttribute("aria-describedby", byId)
    acts.append(node)
    return node
  }

  function become(values) {
    Object.assign(comment, values)
    talk.record.keep(id, { ...talk.record.of(id), ...values, keptAt: Date.now() })
    paint()
  }

  function paint() {
    const { state, name, ups, up, why } = comment
    const isHeld = state === "held"
    const isGone = !isHeld && state !== "published"
    face.hidden = by.hidden = isGone
    face.textContent = [...name][0]?.toLocaleUpperCase(talk.lang)
    acts.hidden = isGone || !talk.mayAct
    li.part = `comment ${state}`
    text.textContent = isGone ? strings.removed : comment.text
    // The style sheet shows the beginning of a long text while this is there. All of it is read out.
    more.hidden =
      isGone || (comment.text.length < FOLD_CHARS && comment.text.split("\n").length < FOLD_LINES)
    if (!more.hidden)
      more.replaceChildren(make("summary", "", {}, talk.counted("words", talk.words(comment.text))))
    told.textContent = comment.edited && strings.edited
    if (brought)
      told.append(" ", talk.counted("brought", brought.ups).replace("{from}", brought.from))
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
