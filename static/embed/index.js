// Importing it defines <reader-reactions>, and puts one where the script tag stands when that names a site.
import "./styles.js" // first in the file, where it compresses best
import { FACTS } from "./article.js"
import { create, ofDocument, query } from "./dom.js"
import { ReaderReactions } from "./element.js"
import { api } from "./feed.js"

const name = "reader-reactions"
// A module has no current script: its tag is the one that names a site and this file.
const tag = ofDocument("currentScript") ?? query('script[data-site][src*="/embed."]')[0]
// The API is beside the script, so that a path of the publisher's own that leads to both is enough.
const url = /^http[^?#]*\//.exec(tag?.src)?.[0]
const data = tag?.dataset

// Bars that the page itself placed take over from the one that would stand here.
function place() {
  if (!data.site || !tag.closest("body") || query(`${name}:not([placed])`)[0]) return
  const bar = create(name)
  bar.setAttribute("placed", "")
  for (const key in data) bar.setAttribute(FACTS.includes(key) ? `data-${key}` : key, data[key])
  tag.after(bar)
}

if (url) {
  if (!customElements.get(name)) {
    api.url_ = url
    api.site_ = data.site
    customElements.define(name, ReaderReactions)
  }
  if (ofDocument("readyState") === "loading") addEventListener("DOMContentLoaded", place)
  else place()
} else console.warn("Readback: no script tag")
