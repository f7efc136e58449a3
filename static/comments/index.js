// Importing it defines <reader-comments>, and puts one where the script tag stands when that names a site.
import { FACTS } from "../embed/article.js"
import { create, ofDocument, query } from "../embed/dom.js"
import { ReaderComments } from "./element.js"

const name = "reader-comments"
// A module has no current script: its tag is the one that names a site and this file.
const tag = ofDocument("currentScript") ?? query('script[data-site][src*="/comments."]')[0]
// The API is beside the script, so that a path of the publisher's own that leads to both is enough.
const url = /^http[^?#]*\//.exec(tag?.src)?.[0]
const data = tag?.dataset

// Elements that the page itself placed take over from the one that would stand here.
function place() {
  if (!data.site || !tag.closest("body") || query(name)[0]) return
  const comments = create(name)
  comments.setAttribute("placed", "")
  for (const key in data)
    comments.setAttribute(FACTS.includes(key) ? `data-${key}` : key, data[key])
  tag.after(comments)
}

if (url) {
  if (!customElements.get(name)) {
    ReaderComments.url_ = `${url}v1/comments`
    ReaderComments.site_ = data.site
    customElements.define(name, ReaderComments)
  }
  if (ofDocument("readyState") === "loading") addEventListener("DOMContentLoaded", place)
  else place()
} else console.warn("Readback: no script tag")
