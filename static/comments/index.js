// Importing it defines <reader-comments>, and puts one where the script tag stands when that names a site.
import { FACTS } from "../embed/article.js"
import { ReaderComments } from "./element.js"

const script = document.currentScript
const data = script?.dataset ?? {}

if (!customElements.get("reader-comments")) {
  // The API is beside the script, so that a path of the publisher's own that leads to both is enough.
  ReaderComments.url_ = new URL("v1/comments", script?.src ?? import.meta.url).href
  ReaderComments.site_ = data.site
  customElements.define("reader-comments", ReaderComments)
}

// Elements that the page itself placed take over from the one that would stand here.
function place() {
  if (!data.site || !script.closest("body") || document.querySelector("reader-comments")) return
  const comments = document.createElement("reader-comments")
  comments.setAttribute("placed", "")
  for (const name in data)
    comments.setAttribute(FACTS.includes(name) ? `data-${name}` : name, data[name])
  script.after(comments)
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", place)
else place()
