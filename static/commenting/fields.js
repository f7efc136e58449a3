// Fields of a form, each with its label and the place for what is wrong with it.
import { create } from "../embed/dom.js"

export function make(tag, part = "", properties, ...children) {
  const node = Object.assign(create(tag), { part }, properties)
  node.append(...children)
  return node
}

// A button; `onclick` gets the event, and so does nothing that is not meant for it.
export const button = (label, onclick, part = "act") =>
  make("button", part, { type: "button", onclick }, label)

// `id`: unique in the shadow root. Answers the parts to put into a form, and the field to read.
export function fieldOf(tag, id, label, value, properties) {
  const wrong = make("p", "wrong", { id: `${id}-wrong` })
  const field = make(tag, "field", { id, dir: "auto", value, ...properties })
  field.addEventListener("input", () => mark(field, wrong, ""))
  return {
    field,
    wrong,
    parts: [make("label", "", { htmlFor: id }, label), field, wrong],
    // Say what is wrong, "" for nothing, and lead there.
    refuse(text) {
      mark(field, wrong, text)
      field.focus()
    },
  }
}

// A field's error in words, "" for none.
export function mark(field, wrong, text) {
  wrong.textContent = text
  field.ariaInvalid = text ? "true" : null
  if (text) field.setAttribute("aria-describedby", wrong.id)
  else field.removeAttribute("aria-describedby")
}
