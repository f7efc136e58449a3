// <reader-reactions>: lifecycle, attributes, events.
import { api } from "./api.js"
import { articlesOf, factsOf, NAME } from "./article.js"
import { ballotOf, bars, plan } from "./feed.js"
import { canClick, shownChoice, totalOf } from "./state.js"
import { build, reserve, USUAL_CHOICES } from "./view.js"

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      target.isNear_ = isIntersecting
      target.changed_()
    }
    plan()
  },
  { rootMargin: "300px" },
)

const RARE = "[layout],[results]"

// What few bars need, once one of them does; nothing where the page's policy forbids it.
let more
let loading
const load = () =>
  (loading ??= import(`${api.url_}../more.v1.js`).then(
    (found) => (more = found),
    () => (more = {}),
  ))

export class ReaderReactions extends HTMLElement {
  static observedAttributes = ["site", "article", "poll", "lang", "layout", "results"]
  // `ballot_`, and the one whose load was told: `loaded_`. `isNear_`: the viewport. `choices_`: what `draw_` was built
  // for. `acted_`: the reader clicked here, so what comes of it is spoken here. `arm_`: of the site's experiment, as
  // it is drawn.

  // Reserves the space at once and leaves the rest to a second task, so that no single task is long on a slow phone.
  // Content of the tag is shown until there are figures; an empty tag holds their place.
  connectedCallback() {
    if (!(this.shadowRoot || this.childElementCount)) reserve(this, this.getAttribute("choices"))
    this.onpointerover = load // so that it is there when the reader has pressed
    setTimeout(() => this.isConnected && this.follow_())
  }

  disconnectedCallback() {
    bars.delete(this)
  }

  // A framework sets one attribute after the other: followed once, with all of them.
  async attributeChangedCallback() {
    await 0
    if (bars.has(this)) this.follow_()
  }

  // Show the ballot that the attributes and the page name now, and click there.
  follow_(wanted) {
    observer.observe(this) // not before: to `changed_`, a bar without a ballot is a mistake
    const named = (name) => this.getAttribute(name) ?? undefined
    const site = named("site") ?? api.site_
    const article = named("article")
    if (!site) return
    // The page speaks for the bar at its tag, and for one that is named by its address.
    const page = factsOf(this.dataset, !article || named("placed") === "")
    // The reader's wish: the nearest lang attribute, then the browser.
    const lang = this.closest("[lang]:not(form)")?.lang || navigator.language
    const ballot = ballotOf(
      { site, poll: named("poll"), section: page.section, lang },
      articlesOf(article),
    )
    this.ballot_ = ballot
    ballot.isWrong_ ||= article && !NAME.test(article)
    ballot.pending_ ||= wanted
    ballot.page_ = page
    bars.add(this)
    // Another article's figures are not this one's.
    if (this.choices_ && !ballot.state_.set) {
      reserve(this, this.choices_.length)
      this.choices_ = undefined
    }
    this.changed_()
    plan()
  }

  // Something happened to the ballot: draw it, say it, tell the page.
  changed_(spoken, event, code) {
    const ballot = this.ballot_
    if (event) this.tell_(event, code)
    if (!this.isNear_) return
    const state = ballot?.state_
    const choices = state?.set?.choices
    const isWrong = !ballot || ballot.isWrong_
    if (!choices && !isWrong) return
    const isRare =
      isWrong || choices.length !== USUAL_CHOICES || state.set.results || this.matches(RARE)
    if (
      !more &&
      (isRare ||
        shownChoice(state) ||
        state.message ||
        state.note ||
        state.set_aside ||
        !canClick(state))
    ) {
      load().then(() => this.changed_())
      if (isRare) return
    }
    if (choices && this.choices_ !== choices) {
      this.choices_ = choices
      this.draw_ = build(this, choices, (wanted) => {
        this.acted_ = true
        // The page may have moved on unseen: then the click waits for the present story's figures.
        this.follow_([wanted])
      })
    }
    const pending = choices && ballot.pending_
    if (pending) {
      ballot.pending_ = 0
      return ballot.click_(...pending, this.arm_) // it comes back here, to be drawn
    }
    const drawn = choices && this.draw_(state, this.acted_ && spoken)
    this.arm_ = more?.attend?.(this, state, drawn)
    if (!choices) return
    if (this.loaded_ !== ballot) this.tell_("load")
    this.loaded_ = ballot
  }

  // A browser's own error, as of a timeout, has a number as its code, which says nothing here.
  tell_(name, code) {
    const { set, ...state } = this.ballot_.state_
    const detail = { ...state, total: totalOf(state.counts), code: code?.at && code }
    this.dispatchEvent(
      new CustomEvent(`readback:${name}`, { bubbles: true, composed: true, detail }),
    )
  }
}
