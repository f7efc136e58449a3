// DOM calls and textContent only: no markup is ever parsed.
import { create } from "../embed/dom.js"

export function make(tag, properties, ...children) {
  const node = Object.assign(create(tag), properties)
  node.append(...children)
  return node
}

export const button = (label, onclick, part = "act") =>
  make("button", { type: "button", part, onclick }, label)
