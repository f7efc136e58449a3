// Keeps the figures of a page fresh: asks for the same parts the page was made of, and puts in what
// changed. The page is whole without it. What a person has focused or opened stays so.

import { bodyOf } from "./html.js"

const SOON_MS = 3000 // for a minute after the page was used
const LATER_MS = 60000
const ACTIVE_MS = 60000
const SLOWEST_MS = 10 * 60000

export function nextDelay({ idleMs, failures, tookMs }) {
  const base = idleMs < ACTIVE_MS ? SOON_MS : LATER_MS
  // A slow answer means a busy server: leave it ten times what it took to rest.
  return Math.min(SLOWEST_MS, Math.max(base, tookMs * 10) * 2 ** failures)
}

export class Live {
  #root
  #url
  #etag = ""
  #failures = 0
  #tookMs = 0
  #usedAt = performance.now()
  #timer = 0
  #request = null

  constructor(root) {
    this.#root = root
    this.#url = root.dataset.live
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, () => (this.#usedAt = performance.now()), { passive: true })
    }
    document.addEventListener("visibilitychange", () => this.#wake())
    this.#schedule()
  }

  #wake() {
    clearTimeout(this.#timer)
    if (document.hidden) return this.#request?.abort()
    this.#usedAt = performance.now()
    this.#ask()
  }

  #schedule() {
    clearTimeout(this.#timer)
    if (document.hidden) return
    const idleMs = performance.now() - this.#usedAt
    const delay = nextDelay({ idleMs, failures: this.#failures, tookMs: this.#tookMs })
    this.#timer = setTimeout(() => this.#ask(), delay)
  }

  async #ask() {
    if (this.#request) return
    this.#request = new AbortController()
    const begun = performance.now()
    try {
      const headers = {
        Accept: "application/json",
        ...(this.#etag && { "If-None-Match": this.#etag }),
      }
      const answer = await fetch(this.#url, {
        headers,
        signal: this.#request.signal,
        redirect: "error",
      })
      if (answer.status === 401) return location.reload() // signed out: the page says so
      if (answer.status !== 304 && !answer.ok) throw new Error(answer.status)
      if (answer.status === 200) {
        const { regions } = await answer.json()
        this.#etag = answer.headers.get("ETag") ?? ""
        for (const [name, html] of Object.entries(regions)) putRegion(this.#root, name, html)
        this.#root.dispatchEvent(new CustomEvent("readback:patched", { bubbles: true }))
      }
      this.#failures = 0
    } catch {
      this.#failures = Math.min(this.#failures + 1, 8)
    } finally {
      this.#tookMs = performance.now() - begun
      this.#request = null
      this.#schedule()
    }
  }
}

// Make a region of the page equal to its fresh HTML.
export function putRegion(root, name, html) {
  const region = root.querySelector(`[data-region="${name}"]`)
  if (region) patch(region, bodyOf(html))
}

// Make the children of `old` equal to those of `fresh`, touching only what differs: an element that
// stays keeps focus, scroll and an opened <details>.
export function patch(old, fresh) {
  const wanted = [...fresh.childNodes]
  for (const [index, node] of wanted.entries()) {
    const there = old.childNodes[index]
    if (!there) {
      old.append(document.importNode(node, true))
      continue
    }
    if (there.isEqualNode(node)) continue
    if (there.nodeType !== node.nodeType || there.nodeName !== node.nodeName) {
      there.replaceWith(document.importNode(node, true))
      continue
    }
    if (there.nodeType !== Node.ELEMENT_NODE) {
      there.nodeValue = node.nodeValue
      continue
    }
    for (const { name } of [...there.attributes]) {
      if (!node.hasAttribute(name) && !(name === "open" && there.nodeName === "DETAILS")) {
        there.removeAttribute(name)
      }
    }
    for (const { name, value } of node.attributes) {
      if (there.getAttribute(name) !== value) there.setAttribute(name, value)
    }
    patch(there, node)
  }
  while (old.childNodes.length > wanted.length) old.lastChild.remove()
}

for (const root of document.querySelectorAll("[data-live]")) new Live(root)
