// <reader-comments>: lifecycle, attributes, events.
import { api, ask } from "../embed/api.js"
import { articlesOf, factsOf, NAME } from "../embed/article.js"
import { jsonOf } from "../embed/dom.js"
import { button, make } from "./dom.js"
import { show } from "./list.js"
import { sheets } from "./styles.js"

// As high as comments are at least, so that nothing moves when they come.
const place = (...children) => make("div", "comments", {}, ...children)

export const connected = new Set()
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      target.isNear_ = isIntersecting
      if (!target.list_) target.follow_()
    }
  },
  { rootMargin: "600px" },
)

export class ReaderComments extends HTMLElement {
  static observedAttributes = ["site", "article", "order", "lang"]
  // `wanted_`: what is to be shown, as one string: site, names of the article, order and language. `list_`: what is
  // shown of it. `isNear_`: the viewport.

  connectedCallback() {
    connected.add(this)
    observer.observe(this)
    // What is inside the tag is shown until there are comments; an empty tag keeps their place.
    if (!(this.shadowRoot || this.childElementCount) && (this.getAttribute("site") ?? api.site_))
      this.put_(place())
    this.follow_()
  }

  disconnectedCallback() {
    connected.delete(this)
    this.asking_ = undefined
  }

  // A framework changes attributes one by one, and means all of them.
  async attributeChangedCallback() {
    await 0
    this.follow_()
  }

  put_(child) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" })
    root.adoptedStyleSheets = sheets
    root.replaceChildren(child)
  }

  // Show what the attributes and the page name now.
  async follow_() {
    const named = (name) => this.getAttribute(name) ?? undefined
    const site = named("site") ?? api.site_
    if (!site) return this.explain_()
    const lang = this.closest("[lang]:not(form)")?.lang || navigator.language
    const articles = articlesOf(named("article"))
    const wanted = jsonOf({ site, lang, order: named("order") })
    if (wanted + articles !== this.wanted_) {
      // Another article's comments are not this one's.
      if (this.list_) this.put_(place())
      this.list_ = this.asking_ = undefined
      this.wanted_ = wanted + articles
    }
    const target = location.hash.split("#comment-")[1]
    if (this.list_ ? !target || this.list_(target) : !this.isNear_ && !target) return
    const asking = wanted + articles + target
    if (this.asking_ === asking) return
    this.asking_ = asking
    const found = await this.ask_(JSON.parse(wanted), articles, target)
    if (this.asking_ !== asking) return
    // What failed is asked for again on the next approach.
    if (!found) {
      this.asking_ = undefined
      return
    }
    const [article, answer] = found
    const tell = (name, detail) => this.tell_(name, { article: answer.article, ...detail })
    const box = place()
    // The page speaks for the element at its tag, and for one that names no article.
    const page = factsOf(this.dataset, !named("article") || named("placed") === "")
    const lead = show(box, answer, {
      api: api.url_,
      url: `${api.url_}comments`,
      site,
      article,
      page,
      tell,
      // Without the Navigation API nobody tells that the address has changed.
      isShown: () => this.follow_() && lead === this.list_,
      explain: () => this.explain_(true),
      // What a reader does is a script of its own, which most readers never need.
      open: () => import(`${api.url_}../commenting.v1.js`),
      dress: (more) => {
        if (!sheets.includes(more)) sheets.push(more)
        if (this.shadowRoot) this.shadowRoot.adoptedStyleSheets = sheets
      },
    })
    const title = box.querySelector("h2")
    this.list_ = lead
    // Nothing that follows moves when the comments come: they take up at least what was kept for them, and where
    // their end is seen already they wait for a press, on what stands inside the tag or on their number.
    const { height, bottom } = this.getBoundingClientRect()
    const open = (event) => {
      if (lead !== this.list_) return
      event?.preventDefault()
      box.style.minHeight = `${height}px`
      this.put_(box)
      if (event) title.focus()
    }
    if (target || bottom > innerHeight) open()
    else if (this.shadowRoot) this.put_(place(button(title.textContent, open, "button")))
    else this.addEventListener("click", open, { once: true })
    if (target) lead(target)
    if (origin === "null" || (named("article") && !NAME.test(named("article")))) this.explain_(true)
    tell("load", { count: answer.count, open: answer.open })
  }

  // The first page, with the name of the article that the server took; undefined where there is no answer.
  async ask_(query, articles, target) {
    for (const article of articles) {
      const fields = new URLSearchParams({ ...query, article, around: target ?? "" })
      try {
        return [article, await ask(`${api.url_}comments?${fields}`)]
      } catch ({ status, code }) {
        // Not the site's own name: there may be a next best.
        if (status < 500 && article !== articles.at(-1)) continue
        if (status < 500 && status !== 429) this.explain_()
        return this.tell_("error", { code: code?.at && code })
      }
    }
  }

  // What is wrong with the tag, on the console.
  explain_(isBelow) {
    import(`${api.url_}../mistakes.v1.js`).then(
      ({ explain }) => explain(this, isBelow),
      () => {},
    )
  }

  tell_(name, detail) {
    this.dispatchEvent(
      new CustomEvent(`readback:${name}`, { bubbles: true, composed: true, detail }),
    )
  }
}
