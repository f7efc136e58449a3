// DOM calls and textContent only: no markup is ever parsed.
import { create } from "../embed/dom.js"

export function make(tag, part = "", properties, ...children) {
  const node = Object.assign(create(tag), { part }, properties)
  node.append(...children)
  return node
}

export const button = (label, onclick, part = "act") =>
  make("button", part, { type: "button", onclick }, label)

// A function that puts a number into the string of its plural form.
export const counting = ({ lang, strings }) => {
  const plural = new Intl.PluralRules(lang)
  return (name, n) =>
    (strings[`${name}.${plural.select(n)}`] ?? strings[`${name}.other`]).replace(
      "{n}",
      n.toLocaleString(`${lang}-u-nu-latn`),
    )
}
