// The script's own tag: what it says, and one element beside it for as long as the page lives.
import { api } from "./api.js"
import { FACTS } from "./article.js"
import { create, ofDocument, query } from "./dom.js"

// `file`: the script's name. `shown`: the elements connected to the page.
export const start = (name, file, Element, shown) => {
  // A module has no current script: its tag is the one that names a site and this file.
  const named = () => query(`script[data-site][src*="/${file}."]`)[0]
  let tag = ofDocument("currentScript") ?? named()
  // The API is beside the script, so that a path of the publisher's own that leads to both is enough.
  const url = /^http[^?#]*\//.exec(tag?.src)
  if (!url) return console.warn("Readback: no script tag")
  api.url_ = `${url}v1/`
  api.site_ = tag.dataset.site
  // A page that changes its address without loading is another article, unless the tag names its own. Astro's router
  // also puts another tag in place of this one, and does not run it.
  const moved = () =>
    setTimeout(() => {
      tag = named() ?? tag
      place()
      for (const one of shown) one.follow_()
    })
  try {
    customElements.define(name, Element)
    addEventListener("popstate", moved)
    addEventListener("astro:page-load", moved, true)
    navigation.addEventListener("currententrychange", moved)
  } catch {} // the tag has run before, or the browser is older
  if (ofDocument("readyState") === "loading") addEventListener("DOMContentLoaded", place)
  else setTimeout(place)

  // Elements that the page itself placed take over from the one that would stand here. One that a saved page or a
  // router's copy brought along is the tag's own.
  function place() {
    if (
      !tag.matches("body *") ||
      tag.nextElementSibling?.matches(name) ||
      query(`${name}:not([placed])`)[0]
    )
      return
    const one = create(name)
    const data = tag.dataset
    one.setAttribute("placed", "")
    for (const key in data) one.setAttribute(FACTS.includes(key) ? `data-${key}` : key, data[key])
    tag.after(one)
  }
}
