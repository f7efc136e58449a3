// What is wrong with a tag: the server says it, and how to mend it, once on the console of each page. With data-debug
// the same words are in the bar's place. A network or a server that fails is nobody's mistake, and nothing is said.
import { articlesOf, NAME } from "../embed/article.js"
import { create, jsonOf, query } from "../embed/dom.js"
import { isForeign } from "../embed/state.js"
import { sheet } from "./styles.js"

const LAYOUTS = ["", "bar", "compact", "column"]

const answers = {} // by what was asked
const told = new Set()

export async function explain(host, state, drawn) {
  const named = (name) => host.getAttribute(name) ?? undefined
  const [article, layout, poll] = ["article", "layout", "poll"].map(named)
  const isRightLayout = LAYOUTS.includes(layout ?? "")
  if (drawn && !isForeign(state) && isRightLayout && !(article && !NAME.test(article))) return
  const asked = {
    site: named("site") ?? query("script[data-site]")[0]?.dataset.site,
    article,
    poll,
    layout,
    names: articlesOf(article),
  }
  const key = jsonOf(asked)
  answers[key] ??= ask(asked)
  const mistakes = await answers[key]
  if (mistakes.length && isDebugged(host)) paint(host, mistakes.join("\n\n"), drawn)
}

async function ask(asked) {
  try {
    const answer = await fetch(new URL("v1/check", import.meta.url), {
      method: "POST",
      credentials: "omit",
      body: jsonOf(asked),
    })
    const { mistakes } = await answer.json()
    for (const text of mistakes.filter((text) => !told.has(text))) {
      told.add(text)
      console.warn(`Readback: ${text}`)
    }
    return mistakes
  } catch {
    return []
  }
}

const isDebugged = (host) =>
  host.matches("[debug],[data-debug]") || query("script[data-debug]").length > 0

// In the place of a bar that has no figures, or below one that has.
function paint(host, text, isBelow) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet])]
  const pre = root.querySelector("pre") ?? create("pre")
  pre.part = "debug"
  pre.textContent = `Readback: ${text}`
  if (isBelow) root.append(pre)
  else root.replaceChildren(pre)
}
