// <reader-reactions>: lifecycle, attributes, events.
import { articlesOf, factsOf } from "./article.js"
import { ballotOf, bars, plan } from "./feed.js"
import { sum } from "./state.js"
import { paint, reserve } from "./view.js"

const TAG = "reader-reactions"

export class ReaderReactions extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ["site", "article", "poll", "lang", "results", "data-section"]
  static site // of tags that name none
  ballot
  isNear
  #observer
  #loaded // the ballot whose load was told
  #acted // the reader clicked here, so what comes of it is spoken here
  #parts

  static define(registry = customElements) {
    if (!registry.get(TAG)) registry.define(TAG, this)
  }

  get #root() {
    return this.shadowRoot ?? this.attachShadow({ mode: "open" })
  }

  connectedCallback() {
    bars.add(this)
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.isNear = entries.at(-1).isIntersecting
        this.changed()
        plan()
      },
      { rootMargin: "300px" },
    )
    this.#observer.observe(this)
    // What stands inside the tag is shown until there are figures; where nothing does, their place is kept.
    requestAnimationFrame(() => {
      if (!this.shadowRoot && !this.querySelector(":scope > :not(noscript)")) reserve(this.#root, this.getAttribute("choices"))
    })
    this.follow()
  }

  disconnectedCallback() {
    bars.delete(this)
    this.#observer.disconnect()
    this.isNear = this.ballot = undefined
    plan()
  }

  attributeChangedCallback() {
    if (this.ballot) this.follow()
  }

  // Show the ballot that the attributes and the page name now.
  follow() {
    const named = (name) => this.getAttribute(name) ?? undefined
    const article = named("article")
    const site = named("site") ?? ReaderReactions.site
    if (!site) return
    const page = factsOf(this.dataset, !article || bars.size < 2)
    // The reader's wish: the nearest lang attribute, then the browser.
    const lang = (this.closest("[lang]")?.lang || navigator.language).split("-")[0]
    this.ballot = ballotOf(site, named("poll"), page.section, lang, articlesOf(article))
    this.ballot.page = page
    if (this.#parts && !this.ballot.state.set) {
      reserve(this.#root, this.#parts.buttons.length) // another article's figures are not this one's
      this.#parts = undefined
    }
    this.changed()
    plan()
  }

  // Something happened to the ballot: draw it, say it, tell the page.
  changed(spoken, event, detail) {
    const { ballot } = this
    const { id: article, counts, set, open } = ballot?.state ?? {}
    if (event) this.#tell(event, detail)
    if (!set || !this.isNear) return
    const onClick = (key) => {
      this.#acted = true
      this.ballot.click(key)
    }
    const inPercent = this.getAttribute("results") === "percent"
    this.#parts = paint(this.#root, this.#parts, ballot.state, inPercent, onClick, this.#acted && spoken)
    if (this.#loaded !== ballot) this.#tell("load", { article, counts, total: sum(counts), open })
    this.#loaded = ballot
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`readback:${name}`, { bubbles: true, composed: true, detail }))
  }
}
