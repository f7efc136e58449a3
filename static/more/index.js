// What few bars need, in a module that the bar imports then: other layouts and other numbers of choices, counts that wait
// for the reader's choice, and what follows a vote. The bar works without it, where a page's policy forbids the import.
import { NAME } from "../embed/article.js"
import { isForeign } from "../embed/state.js"
import { draw } from "./draw.js"

const LAYOUTS = ["bar", "compact", "column"]
const RESULTS = ["percent", "after", "counts"]

// To be called after each drawing of a bar, and where it cannot be drawn. `drawn`: what the bar needs again to be drawn
// on; undefined where it has no figures. Answers the arm of the site's experiment, if the bar is in one.
export function attend(host, state, drawn) {
  if (!host.isConnected) return // it left while this module was on its way
  // What is wrong stays wrong: an unknown poll leaves no hole on the page that still names it.
  const arm = drawn
    ? draw(host, state, drawn)
    : host.shadowRoot?.querySelector("[part=bar]")?.remove()
  const isOneOf = (name, values) => values.includes(host.getAttribute(name) || values[0])
  const article = host.getAttribute("article")
  const isRightArticle = !article || NAME.test(article)
  const isRight = isRightArticle && isOneOf("layout", LAYOUTS) && isOneOf("results", RESULTS)
  if (drawn && !isForeign(state) && isRight)
    host.shadowRoot.querySelector("pre")?.remove() // of a mistake that is mended
  // Of bars whose articles are right, all are asked about together.
  else
    import("./mistakes.v1.js").then(
      ({ explain }) =>
        explain(host, drawn, drawn && isRightArticle && { article: undefined, names: [] }),
      () => {},
    )
  return arm
}
