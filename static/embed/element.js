// <reader-reactions>: lifecycle, attributes, events.
import { articlesOf, factsOf } from "./article.js"
import { ballotOf, bars, plan } from "./feed.js"
import { build, reserve } from "./view.js"

export class ReaderReactions extends HTMLElement {
  static observedAttributes = ["site", "article", "poll", "lang", "results"]
  static site_ // of tags that name none
  ballot_
  isNear_
  #observer
  #loaded // the ballot whose load was told
  #acted // the reader clicked here, so what comes of it is spoken here
  #choices // that the bar was built for
  #draw

  get #root() {
    return this.shadowRoot ?? this.attachShadow({ mode: "open" })
  }

  connectedCallback() {
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.isNear_ = entries.at(-1).isIntersecting
        this.changed_()
        plan()
      },
      { rootMargin: "300px" },
    )
    this.#observer.observe(this)
    // What stands inside the tag is shown until there are figures; where nothing does, their place is kept.
    if (!this.shadowRoot && !this.childElementCount)
      reserve(this.#root, this.getAttribute("choices"))
    this.follow_()
  }

  disconnectedCallback() {
    bars.delete(this)
    this.#observer.disconnect()
    this.isNear_ = this.ballot_ = undefined
    plan()
  }

  // A framework sets one attribute after the other: followed once, with all of them.
  async attributeChangedCallback() {
    await 0
    if (this.ballot_) this.follow_()
  }

  // Show the ballot that the attributes and the page name now.
  follow_() {
    const named = (name) => this.getAttribute(name) ?? undefined
    const article = named("article")
    const site = named("site") ?? ReaderReactions.site_
    if (!site) return
    // The page speaks for the bar at its tag, and for one that is named by its address.
    const page = factsOf(this.dataset, !article || named("placed") === "")
    // The reader's wish: the nearest lang attribute, then the browser.
    const lang = (this.closest("[lang]")?.lang || navigator.language).split("-")[0]
    this.ballot_ = ballotOf(site, named("poll"), page.section, lang, articlesOf(article))
    this.ballot_.page_ = page
    bars.add(this)
    // Another article's figures are not this one's.
    if (this.#choices && !this.ballot_.state_.set_) {
      reserve(this.#root, this.#choices.length)
      this.#choices = undefined
    }
    this.changed_()
    plan()
  }

  // Something happened to the ballot: draw it, say it, tell the page.
  changed_(spoken, event, code) {
    const ballot = this.ballot_
    if (event) this.#tell(event, code)
    const choices = this.isNear_ && ballot?.state_.set_?.choices
    if (!choices) return
    if (this.#choices !== choices) {
      this.#choices = choices
      this.#draw = build(this.#root, choices, (key) => {
        this.#acted = true
        this.ballot_.click_(key)
      })
    }
    this.#draw(ballot.state_, this.getAttribute("results") === "percent", this.#acted && spoken)
    if (this.#loaded !== ballot) this.#tell("load")
    this.#loaded = ballot
  }

  #tell(name, code) {
    const { article, choice, counts, open } = this.ballot_.state_
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
    const detail = { article, choice, counts, total, open, code }
    this.dispatchEvent(
      new CustomEvent(`readback:${name}`, { bubbles: true, composed: true, detail }),
    )
  }
}
