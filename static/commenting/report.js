// A report asks why, in the words that editors use, and thanks with the reason that was sent.
import { button, fieldOf, make, mark } from "./fields.js"

export const REASONS = "insult hate spam off_topic private illegal duplicate other".split(" ")

// `done(reason)` when the server has it, `close()` when it goes.
export function reportForm({ strings }, put, id, { done, close }) {
  const wrong = make("p", "wrong", { id: `why-${id}-wrong` })
  const line = fieldOf("input", `line-${id}`, strings.line, "", { maxLength: 200 })
  const note = make("p", "note", { tabIndex: -1 })
  const picks = REASONS.map((value) =>
    make(
      "label",
      "pick",
      {},
      make("input", "", {
        type: "radio",
        name: "reason",
        value,
        onchange: () => mark(group, wrong, ""),
      }),
      strings[`reason.${value}`],
    ),
  )
  const group = make(
    "fieldset",
    "",
    { role: "radiogroup" },
    make("legend", "", {}, strings.ask),
    make("div", "picks", {}, ...picks),
    wrong,
  )
  let isSending
  const node = make(
    "form",
    "report",
    {
      noValidate: true,
      async onsubmit(event) {
        event.preventDefault()
        const { reason } = node.elements
        if (!reason.value) {
          mark(group, wrong, strings.choose)
          return reason[0].focus()
        }
        if (isSending) return
        isSending = true
        const sent = { reason: reason.value, note: line.field.value }
        const answer = await put(note, "report", `/${id}/report`, sent)
        isSending = false
        if (!answer) return
        close()
        done(answer.reason)
      },
    },
    group,
    ...line.parts,
    make(
      "div",
      "send",
      {},
      make("button", "button", {}, strings.send_report),
      button(strings.cancel, close),
    ),
    note,
  )
  return { node, field: picks[0].firstChild }
}
