// An own comment that an editor removed, for its author only: why, the text, and a second look at it.
import { button, make } from "./fields.js"

// Draw the decision into the comment's place. `self.comment.removal` has it.
export function drawRemoval(talk, put, self) {
  const { strings, times } = talk
  const { comment, li, acts } = self
  const { id, removal, state } = comment
  const isGone = state === "removed"
  li.querySelector(":scope>aside")?.remove()
  if (!removal || !(isGone || removal.look)) return
  const when = (text, at) =>
    make(
      "p",
      "",
      {},
      make("b", "", {}, text),
      " ",
      make("small", "", {}, times.exact(Date.parse(at) || 0)),
    )
  const line = (note) => note && make("p", "", { dir: "auto" }, `“${note}”`)
  const reason = strings[`reason.${removal.reason}`] ?? strings["reason.unspecified"]
  const { look } = removal
  const note = make("p", "note", { tabIndex: -1 })
  const said = isGone
    ? [
        when(removal.automatic ? strings.held : strings.removed_own, removal.at),
        make(
          "p",
          "",
          {},
          strings.given.replace("{reason}", () => reason),
        ),
        line(removal.note),
        make("blockquote", "", { dir: "auto" }, comment.text),
        make("small", "", {}, strings.only),
      ]
    : []
  if (isGone && !look)
    said.push(
      make(
        "div",
        "send",
        {},
        button(
          strings.look,
          async () => {
            const answer = await put(note, "look", `/${id}/look`)
            if (!answer) return
            self.become(answer)
            drawRemoval(talk, put, self)
            talk.say(talk.status, strings.asked)
            li.focus()
          },
          "button",
        ),
      ),
    )
  if (look) {
    const isOpen = look.state === "asked"
    said.push(when(strings[look.state], isOpen ? look.asked : look.answered), line(look.note))
  }
  acts.before(
    make("aside", `removal ${isGone ? "removed" : "reversed"}`, {}, ...said.filter(Boolean), note),
  )
}
