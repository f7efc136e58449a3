// What is wrong with a tag, in a module that bar and comments import where something is: the server says it, and how to
// mend it, once on the console of each page. With data-debug the same words are in the element's place. A network or a
// server that fails is nobody's mistake, and nothing is said.
import { articlesOf } from "../embed/article.js"
import { create, jsonOf, query } from "../embed/dom.js"

const MOST_CHARS = 200 // of an attribute's value, and three times as many of a name: a request has 4 KiB at most

const answers = {} // by what was asked
const told = new Set()
const sheet = new CSSStyleSheet()
sheet.replaceSync(`pre{margin:.75rem 0;padding:1rem;border:2px dashed #b3261e;border-radius:.6rem;background:#b3261e11;color:inherit;font:.8125rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;direction:ltr;text-align:left}
pre::first-line{font-weight:700}`)

// `isBelow`: the element shows something, so what is wrong is shown below. `known`: what to ask instead.
export async function explain(host, isBelow, known) {
  const { article, ...named } = attributesOf(host)
  const names = articlesOf(article).map((name) => cut(name, 3 * MOST_CHARS))
  const asked = {
    ...named,
    site: named.site ?? query("script[data-site]")[0]?.dataset.site,
    article: article && cut(article),
    names,
    ...known,
  }
  const key = jsonOf(asked)
  answers[key] ??= ask(asked)
  const mistakes = await answers[key]
  if (mistakes.length && isDebugged(host)) paint(host, mistakes.join("\n\n"), isBelow)
}

function attributesOf(host) {
  const named = { article: host.getAttribute("article") ?? undefined }
  for (const name of ["site", "layout", "poll", "results"])
    if (host.hasAttribute(name)) named[name] = cut(host.getAttribute(name))
  return named
}

// Half of a character would make the request wrong JSON.
const cut = (text, most = MOST_CHARS) => text.slice(0, most).replace(/\p{Surrogate}/gu, "\ufffd")

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

// In the place of an element that shows nothing, or below one that does.
function paint(host, text, isBelow) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet])]
  const pre = root.querySelector("pre") ?? create("pre")
  pre.part = "debug"
  pre.textContent = `Readback: ${text}`
  if (isBelow) root.append(pre)
  else root.replaceChildren(pre)
}
