// A form for one comment: new, a reply, or an edit. What is typed is kept until the server has it.
import { MOST, store, write } from "../embed/storage.js"
import { button, fieldOf, make } from "./fields.js"

// As the server has them.
const MOST_CHARS = 2000
const MOST_LINES = 40
const MOST_NAME_CHARS = 50
const NEAR_CHARS = 200 // from here on it says how many there are

const isBlank = (text) => !text.trim()

// `slot`: the draft's name. `id`: of the comment to be edited, whose `text` it begins with; without one a new comment is
// written, in answer to `parent`. `done(answer)`, then `close()`.
export function form(talk, put, slot, label, { id, text, parent, done, close }) {
  const { strings, record, site, article, page, lang } = talk
  const kept = record.of(slot)
  const nameKey = `readback:${site}:name`
  const name = fieldOf("input", `${slot}-name`, strings.name, kept.name ?? store[nameKey] ?? "", {
    autocomplete: "nickname",
    required: true,
  })
  const words = fieldOf("textarea", `${slot}-text`, label, kept.text ?? text ?? "", {
    rows: 4,
    required: true,
  })
  const size = make("p", "size")
  const note = make("p", "note", { tabIndex: -1 })
  const since = Date.now() - ((Date.now() - kept.since) & MOST) // when the form was opened
  const node = make(
    "form",
    "form",
    {
      noValidate: true,
      oninput() {
        record.keep(slot, { name: name.field.value, text: words.field.value, since })
        measure()
      },
      async onsubmit(event) {
        event.preventDefault()
        if (words.field.readOnly || isRefused()) return
        words.field.readOnly = true
        const answer = await put(
          note,
          id ? "edit" : "post",
          id ? `/${id}/text` : "",
          {
            text: words.field.value,
            name: name.field.value,
            parent,
            article,
            page,
            draft: `readback-${since}`,
            spent_ms: (Date.now() - since) & MOST,
          },
          refused,
        )
        words.field.readOnly = false
        if (!answer) return
        record.keep(slot)
        write(nameKey, name.field.value)
        close()
        done(answer)
      },
    },
    ...words.parts,
    size,
    ...(id ? [] : name.parts),
    make(
      "div",
      "send",
      {},
      make("button", "button", {}, id ? strings.save : strings.send),
      button(strings.cancel, close),
    ),
    note,
    make("small", "", { hidden: id }, store.getItem ? strings.note : strings.unkept),
  )
  measure()
  return { node, field: words.field }

  // What the server would refuse is said at once, at the first field that has it.
  function isRefused() {
    const typed = words.field.value
    const isNameBlank = !id && isBlank(name.field.value)
    const isTooLong = isTextLong(typed)
    if (isNameBlank) name.refuse(strings.no_name)
    else if (!id && [...name.field.value].length > MOST_NAME_CHARS) name.refuse(strings.too_long)
    if (isBlank(typed)) words.refuse(strings.too_short)
    else if (isTooLong) words.refuse(strings.too_long)
    return name.wrong.textContent || words.wrong.textContent
  }

  // A refusal of the server is about one of the fields, or about neither.
  function refused({ code }) {
    if (code === "name_reserved") name.refuse(strings[code])
    else if (code === "too_long" || code === "too_short") {
      const of =
        isBlank(words.field.value) || isTextLong(words.field.value) ? words : id ? words : name
      of.refuse(strings[code])
    } else return false
    return true
  }

  function isTextLong(typed) {
    return [...typed].length > MOST_CHARS || typed.split("\n").length > MOST_LINES
  }

  function measure() {
    const chars = [...words.field.value].length
    const numbers = [chars, MOST_CHARS].map((n) => n.toLocaleString(`${lang}-u-nu-latn`))
    size.textContent = chars > MOST_CHARS - NEAR_CHARS ? numbers.join(" / ") : ""
  }
}
