// The reaction bar: defines <reader-reactions>, and puts one where the script tag stands when the
// tag has data-site. One classic file, no dependency, nothing stored or sent before a click.
(() => {
  const script = document.currentScript
  const server = new URL(script ? script.src : location.href).origin
  const REQUEST_TIMEOUT_MS = 5000
  const RETRIES = 3
  const CACHED_MS = 35000

  const css = `
:host { display: block; min-block-size: 9.5rem; color: inherit; font: .9375rem/1.5 var(--readback-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  --line: var(--readback-line, color-mix(in srgb, currentColor 18%, transparent)); --card: var(--readback-card, color-mix(in srgb, currentColor 3%, transparent)) }
h2 { margin: 0 0 .875rem; font-size: 1.125rem; line-height: 1.3; font-weight: 600 }
div { display: grid; grid-template-columns: repeat(7, 1fr); gap: .5rem }
:host { container-type: inline-size }
@container (max-width: 32rem) { div { grid-template-columns: repeat(4, 1fr) } }
@container (max-width: 17rem) { div { grid-template-columns: repeat(2, 1fr) } }
button { --c: #2c6fb3; position: relative; display: grid; justify-items: center; align-content: center; gap: .125rem; min-block-size: 5.25rem; padding: .5rem .125rem;
  border: 1px solid var(--line); border-radius: var(--readback-radius, .625rem); background: var(--card); color: inherit; font: inherit; font-size: .8125rem; line-height: 1.2; cursor: pointer }
button:hover { border-color: var(--c) } button:disabled { cursor: default; opacity: .7 }
button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
i { font: 1.625rem/1.2 "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif } b { font-size: .9375rem; line-height: 1.1; font-weight: 600; font-variant-numeric: tabular-nums }
[aria-pressed=true] { border-color: var(--c); box-shadow: inset 0 0 0 1px var(--c); background: color-mix(in srgb, var(--c) 14%, transparent) }
[aria-pressed=true]::after { content: "✓"; position: absolute; inset-block-start: .25rem; inset-inline-end: .4rem; font-weight: 700; color: var(--c) }
[data-key=dislike] { --c: #6f7782 } [data-key=love] { --c: #d83a62 } [data-key=funny] { --c: #b98209 } [data-key=angry] { --c: #cb3a1c } [data-key=sad] { --c: #6470b0 } [data-key=wow] { --c: #9a5fc4 }
p { margin: .75rem 0 0; font-size: .8125rem; opacity: .8; min-block-size: 1.5em }
.spoken { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%) }
@media (forced-colors: active) { [aria-pressed=true] { outline: 3px solid Highlight } }`

  // Storage may be denied, full or absent: the choice then lives as long as the page.
  const memory = new Map()
  const read = (key) => {
    try { return localStorage.getItem(key) ?? memory.get(key) ?? null } catch { return memory.get(key) ?? null }
  }
  const write = (key, value) => {
    memory.set(key, value)
    try { localStorage.setItem(key, value) } catch { /* memory has it */ }
  }

  const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

  // One reader of a site in this browser; the nonce is kept before it is sent, so that two tabs
  // and every retry are the same reader.
  const credentials = (site) => {
    const token = read(`readback:${site}:token`)
    if (token) return { token }
    let nonce = read(`readback:${site}:nonce`)
    if (!nonce) write(`readback:${site}:nonce`, nonce = base64url(crypto.getRandomValues(new Uint8Array(16))))
    return { nonce }
  }

  const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
  const solve = async (challenge) => {
    const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters
    const prefix = hex(keyPrefix)
    const password = new Uint8Array([...hex(nonce), 0, 0, 0, 0])
    for (let counter = 0; counter < 65536; counter++) {
      new DataView(password.buffer).setUint32(password.length - 4, counter)
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"])
      const derived = new Uint8Array(await crypto.subtle.deriveBits(
        { name: "PBKDF2", hash: "SHA-256", salt: hex(salt), iterations: cost }, key, keyLength * 8))
      if (prefix.every((byte, at) => derived[at] === byte)) {
        const derivedKey = Array.from(derived, (byte) => byte.toString(16).padStart(2, "0")).join("")
        return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }))
      }
    }
  }

  const pause = (ms) => new Promise((done) => setTimeout(done, ms))
  const send = async (url, options, signal) => {
    const limits = [AbortSignal.timeout(REQUEST_TIMEOUT_MS)]
    if (signal) limits.push(signal)
    const answer = await fetch(url, { credentials: "omit", ...options, signal: AbortSignal.any ? AbortSignal.any(limits) : limits[0] })
    return { status: answer.status, retryAfter: Number(answer.headers.get("Retry-After")), body: await answer.json() }
  }

  class ReaderReactions extends HTMLElement {
    static observedAttributes = ["site", "article", "poll"]
    #life = null
    #bar = null
    #choice = null
    #wanted
    #sending = false
    #parts = null

    connectedCallback() {
      this.#life = new AbortController()
      const { signal } = this.#life
      const near = new IntersectionObserver(([entry]) => {
        if (!entry.isIntersecting) return
        near.disconnect()
        this.#load(signal)
      }, { rootMargin: "300px" })
      near.observe(this)
      signal.addEventListener("abort", () => near.disconnect())
    }
    disconnectedCallback() { this.#life?.abort() }
    attributeChangedCallback(_, old, now) {
      if (!this.isConnected || old === now || old === null) return
      this.#life?.abort()
      this.#bar = this.#choice = null
      this.connectedCallback()
    }

    get #site() { return this.getAttribute("site") ?? "" }
    get #article() { return this.getAttribute("article") || location.href }
    get #poll() { return this.getAttribute("poll") }
    get #key() { return `readback:${this.#site}:${this.#bar.article}` }

    async #load(signal) {
      await this.#refresh(signal)
      while (!signal.aborted) {
        await pause((this.#bar?.poll_s ?? 15) * 1000)
        if (!signal.aborted && document.visibilityState === "visible" && !this.#sending) await this.#refresh(signal)
      }
    }

    async #refresh(signal) {
      const query = new URLSearchParams({ site: this.#site, article: this.#article })
      if (this.#poll) query.set("poll", this.#poll)
      try {
        // The first look may come from a cache; a poll asks again, or it would see itself.
        const { status, body } = await send(`${server}/v1/bar?${query}`, { cache: this.#bar ? "no-cache" : "default" }, signal)
        if (status !== 200 || signal.aborted || this.#sending) return
        // What caches between us and the server may not know this reader's own last vote yet.
        const kept = JSON.parse(read(`readback:${this.#site}:${body.article}`) ?? "{}")
        if (!this.#bar && kept.counts && Math.abs(Date.now() - kept.at) < CACHED_MS) Object.assign(body, { counts: kept.counts, total: kept.total })
        const first = !this.#bar
        this.#bar = body
        if (first) this.#choice = JSON.parse(read(this.#key) ?? "{}").choice ?? null
        this.#paint()
        if (first) this.#tell("load", { article: body.article, counts: body.counts })
      } catch (problem) {
        if (!signal.aborted) this.#tell("error", { code: "unreachable" })
      }
    }

    // Optimistic, then repainted from the server's totals. One request at a time; the last click wins.
    async #react(key) {
      const old = this.#choice
      this.#choice = key === old ? null : key
      if (old) this.#bar.counts[old]--
      if (this.#choice) this.#bar.counts[this.#choice]++
      this.#bar.total = Object.values(this.#bar.counts).reduce((sum, n) => sum + n, 0)
      this.#paint()
      this.#wanted = { reaction: this.#choice }
      if (this.#sending) return
      this.#sending = true
      while (this.#wanted) {
        const { reaction } = this.#wanted
        this.#wanted = undefined
        await this.#cast(reaction)
      }
      this.#sending = false
    }

    async #cast(reaction) {
      const kept = JSON.parse(read(this.#key) ?? "{}")
      let seq = Math.max(kept.seq ?? 0, 0) + 1
      let pow
      for (let attempt = 0; attempt <= RETRIES; attempt++) {
        const vote = { site: this.#site, article: this.#article, reaction, seq, ...credentials(this.#site) }
        if (this.#poll) vote.poll = this.#poll
        if (pow) vote.pow = pow
        let answer
        try {
          answer = await send(`${server}/v1/react`, { method: "POST", headers: { "Content-Type": "text/plain;charset=UTF-8" }, body: JSON.stringify(vote) })
        } catch {
          await pause(400 * 2 ** attempt)
          continue
        }
        const { status, body, retryAfter } = answer
        if (status === 200) {
          if (body.token) write(`readback:${this.#site}:token`, body.token)
          if (body.choice !== reaction && body.seq >= seq) { seq = body.seq + 1; continue }
          write(this.#key, JSON.stringify({ choice: body.choice, seq: body.seq, counts: body.counts, total: body.total, at: Date.now() }))
          if (!this.#wanted) this.#show(body)
          return
        }
        if (status === 428 && globalThis.crypto?.subtle) {
          this.#parts.note.textContent = this.#bar.strings.checking
          pow = await solve(body.challenge)
        } else if (status === 401 && vote.token) {
          try { localStorage.removeItem(`readback:${this.#site}:token`) } catch { /* memory below */ }
          memory.delete(`readback:${this.#site}:token`)
        } else if (status === 503 && attempt < RETRIES) {
          await pause(Math.min(retryAfter || 2, 10) * 1000)
        } else {
          if (body?.counts) { Object.assign(this.#bar, { counts: body.counts, total: body.total, open: body.open }) }
          break
        }
      }
      this.#choice = kept.choice ?? null
      await this.#rollBack()
    }

    #show({ choice, counts, total, open }) {
      Object.assign(this.#bar, { counts, total, open })
      this.#choice = choice
      this.#paint()
      const { strings, choices } = this.#bar
      const label = choices.find((one) => one.key === choice)?.label
      this.#parts.spoken.textContent = label ? strings.chosen.replace("{label}", label) : strings.removed
      this.#tell("react", { article: this.#bar.article, choice, counts, total })
    }

    async #rollBack() {
      const strings = this.#bar.strings
      this.#sending = false
      await this.#refresh(this.#life.signal)
      this.#paint()
      this.#parts.note.textContent = this.#parts.spoken.textContent = this.#bar.open ? strings.failed : strings.closed
      this.#tell("error", { code: "not_counted" })
    }

    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(`readback:${name}`, { bubbles: true, composed: true, detail }))
    }

    #build() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" })
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      root.adoptedStyleSheets = [sheet]
      const make = (tag, properties, ...children) => {
        const node = Object.assign(document.createElement(tag), properties)
        node.append(...children)
        return node
      }
      const question = make("h2", { id: "q" })
      question.setAttribute("part", "question")
      const buttons = new Map()
      const group = make("div", {})
      group.setAttribute("role", "group")
      group.setAttribute("aria-labelledby", "q")
      group.setAttribute("part", "choices")
      for (const { key, label, emoji } of this.#bar.choices) {
        const picture = make("i", { textContent: emoji })
        picture.setAttribute("aria-hidden", "true")
        const count = make("b", {})
        const button = make("button", { type: "button" }, picture, make("span", { textContent: label }), count)
        button.dataset.key = key
        button.setAttribute("part", "choice")
        button.addEventListener("click", () => this.#react(key))
        group.append(button)
        buttons.set(key, { button, count, label })
      }
      const note = make("p", {})
      note.setAttribute("part", "note")
      const spoken = make("span", { className: "spoken" })
      spoken.setAttribute("role", "status")
      root.replaceChildren(question, group, note, spoken)
      this.#parts = { question, buttons, note, spoken, set: this.#bar.choices.map((c) => c.key).join() }
    }

    #paint() {
      const { choices, counts, total, open, question, strings } = this.#bar
      if (this.#parts?.set !== choices.map((c) => c.key).join()) this.#build()
      const numbers = new Intl.NumberFormat(this.lang || document.documentElement.lang || undefined)
      const short = new Intl.NumberFormat(this.lang || document.documentElement.lang || undefined, { notation: "compact" })
      this.#parts.question.textContent = question.replaceAll("'", "’")
      for (const [key, { button, count, label }] of this.#parts.buttons) {
        const n = counts[key]
        count.textContent = short.format(n)
        button.setAttribute("aria-label", (n === 1 ? strings.vote : strings.votes).replace("{label}", label).replace("{n}", numbers.format(n)))
        button.setAttribute("aria-pressed", String(key === this.#choice))
        button.disabled = !open
      }
      this.#parts.note.textContent = open ? (total === 1 ? strings.total : strings.totals).replace("{n}", numbers.format(total)) : strings.closed
    }
  }

  if (!customElements.get("reader-reactions")) customElements.define("reader-reactions", ReaderReactions)

  if (script?.dataset.site) {
    const bar = document.createElement("reader-reactions")
    bar.setAttribute("site", script.dataset.site)
    if (script.dataset.article) bar.setAttribute("article", script.dataset.article)
    script.after(bar)
  }
})()
