// How many comments each story has, wherever the page asks for it, with one request for all.
import { counting } from "../comments/dom.js"
import { ask } from "../embed/api.js"
import { ofDocument, query } from "../embed/dom.js"

const AT_ONCE = 50
const tag = ofDocument("currentScript") ?? query('script[data-site][src*="/counts."]')[0]
const url = /^http[^?#]*\//.exec(tag?.src)?.[0]
const nodes = {} // by the name of the story
let timer

// An id or a URL; a link without one leads to the story.
const nameOf = (node) => node.dataset.readbackComments || node.href?.split?.("#")[0]

function look() {
  timer = undefined
  const names = new Set()
  for (const node of query("[data-readback-comments]")) {
    const name = nameOf(node)
    if (!name || node.readback_ === name) continue
    node.readback_ = name
    nodes[name] ??= []
    nodes[name].push(node)
    names.add(name)
  }
  const all = [...names]
  while (all[0]) count(all.splice(0, AT_ONCE))
}

async function count(names) {
  // The reader's wish: the nearest lang attribute, then the browser.
  const lang = nodes[names[0]][0].closest("[lang]:not(form)")?.lang || navigator.language
  const asked = new URLSearchParams({ site: tag.dataset.site, lang })
  for (const name of names) asked.append("article", name)
  try {
    const answer = await ask(`${url}v1/comments/counts?${asked}`)
    const counted = counting(answer)
    for (const name of names)
      for (const node of nodes[name].splice(0))
        if (answer.articles[name]) node.textContent = counted("count", answer.articles[name].count)
  } catch {} // what the page wrote stays
}

// A page may bring more stories later.
function soon() {
  if (!timer) timer = setTimeout(look)
}

if (url) {
  new MutationObserver(soon).observe(document, { childList: true, subtree: true })
  soon()
} else console.warn("Readback: no script tag")
