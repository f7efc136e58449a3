// What few bars need, in a module that the bar imports then: other layouts and other numbers of choices, what follows a
// vote, and what is wrong with a tag. The bar works without it, where a page's policy forbids the import.
import { draw } from "./draw.js"
import { explain } from "./mistakes.js"

// Comments have nothing else of this module.
export { explainElement } from "./mistakes.js"

// To be called after each drawing of a bar, and where it cannot be drawn. `drawn`: what the bar needs again to be drawn
// on; undefined where it has no figures.
export function attend(host, state, drawn) {
  if (!host.isConnected) return // it left while this module was on its way
  if (drawn) draw(host, state, drawn)
  // What is wrong stays wrong: an unknown poll leaves no hole on the page that still names it.
  else host.shadowRoot?.querySelector("[part=bar]")?.remove()
  explain(host, state, drawn)
}
