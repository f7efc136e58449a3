// Which article a page is, and what it says of itself.
import { query } from "./dom.js"

const NAME = /^([\w.~-]{1,120}|https?:\/\/\S+)$/ // an id, or a URL
export const FACTS = ["title", "section", "author", "tags"]
const MAX_CHARS = 160 // whole ones; the server takes 4 KiB in all

// The canonical link speaks for the page that was loaded: a single-page app may move on and leave it behind.
const loaded = location.pathname
let hasWarned

// Names of the article, best first. The server knows the site's origins and takes the first that is on one,
// so a canonical link to another publisher's page does not count.
export function articlesOf(named = "") {
  if (NAME.test(named)) return [named]
  // A publisher's mistake is the one thing said on the console, once.
  if (named && !hasWarned) {
    hasWarned = true
    console.warn("Readback: bad article", named)
  }
  const here = location.href.split("#")[0]
  const canonical = query("link[rel=canonical]")[0]?.href ?? ""
  if (!NAME.test(canonical) || location.pathname !== loaded) return [here]
  return canonical.startsWith(`${location.origin}/`) ? [canonical] : [canonical, here]
}

// What an editor will want to read beside the figures. `isPage`: the article is this page, so that the page's
// own og:title, article:section, article:author and article:tag may stand in for a data attribute.
export function factsOf(data, isPage) {
  const facts = {}
  for (const name of FACTS) {
    const metas = query(`meta[property="og:${name}"],meta[property^="article:${name.slice(0, 3)}"]`)
    const all = data[name] ?? (isPage ? metas.map((meta) => meta.content) : "")
    const text = [...`${all}`].slice(0, MAX_CHARS).join("")
    if (text) facts[name] = name === "tags" ? text.split(",") : text
  }
  return facts
}
