// <reader-comments>: lifecycle, attributes, events.
import { ask } from "../embed/api.js"
import { articlesOf, factsOf } from "../embed/article.js"
import { button, make } from "./dom.js"
import { show } from "./list.js"
import { sheet } from "./styles.js"

// As high as comments are at least, so that nothing moves when they come.
const place = (...children) => make("div", { part: "comments" }, ...children)

export class ReaderComments extends HTMLElement {
  static observedAttributes = ["site", "article", "order", "lang"]
  static url_ // of the API
  static site_ // of tags that name none
  #life // ends what listens while the element is connected
  #isNear
  #wanted // what is to be shown: site, names of the article, order and language, as one string
  #asking
  #list // what is shown of it

  connectedCallback() {
    this.#life = new AbortController()
    const { signal } = this.#life
    const observer = new IntersectionObserver(
      (entries) => {
        this.#isNear = entries.at(-1).isIntersecting
        if (!this.#list) this.#follow()
      },
      { rootMargin: "600px" },
    )
    observer.observe(this)
    signal.onabort = () => observer.disconnect()
    // A page that changes its address is another article, unless the tag names its own, or leads to a comment.
    const moved = () => setTimeout(() => this.#follow())
    addEventListener("popstate", moved, { signal })
    self.navigation?.addEventListener("currententrychange", moved, { signal })
    // What stands inside the tag is shown until there are comments; where nothing does, their place is kept.
    if (!this.shadowRoot && !this.childElementCount) this.#put(place())
    this.#follow()
  }

  disconnectedCallback() {
    this.#life.abort()
    this.#isNear = this.#asking = undefined
  }

  // A framework changes attributes one by one, and means all of them.
  async attributeChangedCallback() {
    await 0
    this.#follow()
  }

  #put(...children) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" })
    root.adoptedStyleSheets = [sheet]
    root.replaceChildren(...children)
  }

  // Show what the attributes and the page name now.
  async #follow() {
    const named = (name) => this.getAttribute(name) ?? undefined
    const site = named("site") ?? ReaderComments.site_
    if (!this.isConnected || !site) return
    const lang = (this.closest("[lang]")?.lang || navigator.language).split("-")[0]
    const articles = articlesOf(named("article"))
    const wanted = JSON.stringify({ site, lang, order: named("order") })
    if (wanted + articles !== this.#wanted) {
      // Another article's comments are not this one's.
      if (this.#list) this.#put(place())
      this.#list = this.#asking = undefined
      this.#wanted = wanted + articles
    }
    const target = location.hash.split("#comment-")[1]
    if (this.#list ? !target || this.#list(target) : !this.#isNear && !target) return
    const asking = wanted + articles + target
    if (this.#asking === asking) return
    this.#asking = asking
    const found = await this.#ask(JSON.parse(wanted), articles, target)
    if (this.#asking !== asking) return
    // What failed is asked for again on the next approach.
    if (!found) {
      this.#asking = undefined
      return
    }
    const [article, answer] = found
    const tell = (name, detail) => this.#tell(name, { article: answer.article, ...detail })
    const box = place()
    // The page speaks for the element at its tag, and for one that names no article.
    const page = factsOf(this.dataset, !named("article") || named("placed") === "")
    const lead = show(box, answer, {
      url_: ReaderComments.url_,
      site,
      article,
      page,
      tell_: tell,
    })
    this.#list = lead
    // Nothing that follows moves when the comments come: they take up at least what was kept for them, and where
    // their end is seen already they wait for a press, on what stands inside the tag or on their number.
    const { height, bottom } = this.getBoundingClientRect()
    const open = (event) => {
      if (lead !== this.#list) return
      event?.preventDefault()
      box.style.minHeight = `${height}px`
      this.#put(box)
      if (event) box.firstChild.focus()
    }
    if (target || bottom > innerHeight) open()
    else if (this.shadowRoot) this.#put(place(button(box.firstChild.textContent, open, "button")))
    else this.addEventListener("click", open, { once: true })
    if (target) lead(target)
    tell("load", { count: answer.count, open: answer.open })
  }

  // The first page, with the name of the article that the server took; undefined where there is no answer.
  async #ask(query, articles, target) {
    const asked = articles.flatMap((article) =>
      target ? [{ article, around: target }, { article }] : [{ article }],
    )
    for (const one of asked)
      try {
        return [
          one.article,
          await ask(`${ReaderComments.url_}?${new URLSearchParams({ ...query, ...one })}`),
        ]
      } catch ({ status, code }) {
        // Not the site's own name, or a permalink to what is gone: there may be a next best.
        if (status < 500 && one !== asked.at(-1)) continue
        return this.#tell("error", { code })
      }
  }

  #tell(name, detail) {
    this.dispatchEvent(
      new CustomEvent(`readback:${name}`, { bubbles: true, composed: true, detail }),
    )
  }
}
