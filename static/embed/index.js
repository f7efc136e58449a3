// Importing it defines <reader-reactions>, and puts one where the script tag stands when that names a site.
import { FACTS } from "./article.js"
import { ReaderReactions } from "./element.js"
import { start } from "./feed.js"

const script = document.currentScript
const data = script?.dataset ?? {}

if (!customElements.get("reader-reactions")) {
  // The API is beside the script, so that a path of the publisher's own that leads to both is enough.
  start(new URL(".", script?.src ?? import.meta.url).href)
  ReaderReactions.site_ = data.site
  customElements.define("reader-reactions", ReaderReactions)
}

// Bars that the page itself placed take over from the one that would stand here.
function place() {
  if (
    !data.site ||
    !script.closest("body") ||
    document.querySelector("reader-reactions:not([placed])")
  )
    return
  const bar = document.createElement("reader-reactions")
  bar.setAttribute("placed", "")
  for (const name in data)
    bar.setAttribute(FACTS.includes(name) ? `data-${name}` : name, data[name])
  script.after(bar)
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", place)
else place()
