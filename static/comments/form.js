// A form for one comment: new, an answer, or an edit. What is typed is kept until the server has it.
import { MOST, store, write } from "../embed/storage.js"
import { button, make } from "./dom.js"

// `slot`: the draft's name. `id`: of the comment to be edited, whose `text` it begins with; without one a new comment is
// written, in answer to `parent`. `done_(answer)`, then `close_()`; a form without it stays.
export function form(
  { strings, record_: record, site, article, page, put_: put, posted_ },
  slot,
  label,
  { id, text, parent, done_ = posted_, close_ } = {},
) {
  const kept = record.of_(slot)
  const nameKey = `readback:${site}:name`
  const fieldOf = (tag, value, more) =>
    make(tag, "field", { dir: "auto", required: true, value, ...more })
  const name = fieldOf("input", kept.name ?? store[nameKey] ?? "", { autocomplete: "nickname" })
  const field = fieldOf("textarea", kept.text ?? text ?? "", { rows: 4 })
  const note = make("p", "note")
  let since = Date.now() - ((Date.now() - kept.since) & MOST) // when the form was opened
  const node = make(
    "form",
    "form",
    {
      oninput: () => record.keep_(slot, { name: name.value, text: field.value, since }),
      async onsubmit(event) {
        event.preventDefault()
        if (field.readOnly) return
        field.readOnly = true
        const answer = await put(note, id ? "edit" : "post", id ? `/${id}/text` : "", {
          text: field.value,
          name: name.value,
          parent,
          article,
          page,
          draft: `readback-${since}`,
          spent_ms: (Date.now() - since) & MOST,
        })
        field.readOnly = false
        if (!answer) return
        record.keep_(slot)
        write(nameKey, name.value)
        field.value = ""
        since = Date.now()
        close_?.()
        done_(answer)
        if (!store.getItem) note.textContent = strings.unkept
      },
    },
    make("label", "", { hidden: id }, strings.name, name),
    make("label", "", {}, label, field),
    note,
    make("small", "", { hidden: id }, strings.note),
    make(
      "div",
      "",
      {},
      make("button", "button", {}, id ? strings.save : strings.send),
      close_ ? button(strings.cancel, close_) : "",
    ),
  )
  name.disabled = id
  return node
}
