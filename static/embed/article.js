// Which article a page is, and what it says of itself.
import { ofDocument, query } from "./dom.js"

export const NAME = /^([\w.~-]{1,120}|https?:\/\/\S+)$/ // an id, or a URL
export const FACTS = ["title", "section", "author", "tags"]
const MAX_CHARS = 160 // whole ones; the server takes 4 KiB in all
const MAX_URL_CHARS = 500

// The canonical link speaks for the page that was loaded: a single-page app may move on and leave it behind.
const loaded = location.pathname

// Names of the article, best first. The server knows the site's origins and takes the first that is on one,
// so a canonical link to another publisher's page does not count.
export const articlesOf = (named = "") => {
  if (NAME.test(named)) return [named]
  const { href, origin, pathname } = location
  const here = href.split("#")[0]
  const found = pathname === loaded && query("link[rel~=canonical]")[0]?.href
  if (!found) return [here]
  return found.startsWith(`${origin}/`) ? [found] : [found, here]
}

// Some pages name an author by the address of a profile, which is no name.
const said = (selector) =>
  `${query(`meta:is(${selector}):not([content^=http])`).map((meta) => meta.content)}`

// What an editor will want to read beside the figures. `isPage`: the article is this page, so what no data
// attribute gives is read from the page, and the page's address is sent too.
export const factsOf = (data, isPage) => {
  const facts = {}
  for (const name of FACTS) {
    const all =
      data[name] ??
      (isPage &&
        (said(`[property="og:${name}"],[property^="article:${name.slice(0, 3)}"]`) ||
          said(`[name=${name}]`) ||
          ofDocument(name)))
    const text = [...(all || "")].slice(0, MAX_CHARS).join("")
    if (text) facts[name] = name === "tags" ? text.split(",") : text
  }
  const url = articlesOf().at(-1)
  if (isPage && !url[MAX_URL_CHARS]) facts.url = url
  return facts
}
