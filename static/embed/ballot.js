// One reader's vote on one article, shared by every bar of the page that shows it. Its requests go one after
// the other, and the last click wins.
import { pause, post } from "./api.js"
import { identified } from "./identity.js"
import { clicked, counted, initial, recalled, refused, sum } from "./state.js"
import { readRecord, write } from "./storage.js"
import { solve } from "./work.js"

const TRIES = 4
const FIRST_PAUSE_MS = 500
const LONGEST_WAIT_S = 30
const QUIET_WORK_MS = 1000

export class Ballot {
  state = initial
  dueAt = 0 // when its figures are to be asked for
  page // title, section, author and tags of the article, where known
  #sending

  // `articles`: names of the article, best first; the server takes the first that is the site's.
  // `changed(ballot, spoken, event, detail)`: a string to speak, and an event to dispatch.
  constructor(base, site, poll, question, articles, changed) {
    Object.assign(this, { base, site, poll, question, articles, changed })
    // A sandboxed frame has no origin that the server could know: it may look on.
    if (globalThis.origin === "null") this.state = { ...initial, readOnly: true }
  }

  get #key() {
    return `readback:${this.site}:${this.state.id}`
  }

  become(state, spoken, event, detail) {
    const isNew = state.id !== this.state.id
    this.state = state
    if (isNew) this.recall(this.#key)
    this.changed(this, spoken, event, detail)
    if (isNew) this.#send() // what an earlier page could not
  }

  // Another tab may have voted since.
  recall(key) {
    if (key === this.#key && !this.#sending) this.become(recalled(this.state, readRecord(key)))
  }

  click(key) {
    this.become(clicked(this.state, key))
    this.#keep()
    this.#send()
  }

  #keep(seq) {
    const { choice, wanted, counts, ownAt } = this.state
    write(this.#key, JSON.stringify({ choice, wanted, counts: ownAt ? counts : undefined, ownAt, seq: seq ?? this.#seq }))
  }

  get #seq() {
    return readRecord(this.#key).seq ?? 0
  }

  async #send() {
    if (this.#sending) return
    this.#sending = true
    while (this.state.wanted !== undefined) await this.#cast(this.state.wanted)
    this.#sending = false
  }

  async #cast(wanted) {
    const { site, poll, articles, page } = this
    const vote = { site, article: articles[0], reaction: wanted, poll, page }
    for (let tries = 1, least = 0; this.state.wanted === wanted; tries++) {
      vote.seq = Math.max(this.#seq, least) + 1
      try {
        const answer = await identified(site, (who) => post(`${this.base}v1/react`, { ...vote, ...who }))
        const { choice, seq, counts, held } = answer
        least = seq
        if (choice !== wanted && tries < TRIES) continue // another tab was first with this seq
        const detail = { article: this.state.id, choice, counts, total: sum(counts) }
        this.become(counted(this.state, wanted, answer, Date.now()), held ? "held" : choice ? "chosen" : "removed", "react", detail)
        this.#keep(seq)
      } catch (problem) {
        if ((await this.#mend(problem, vote, tries)) || this.state.wanted !== wanted) continue
        const { status, code, body } = problem
        const state = refused(this.state, status, code, body)
        this.become(state, state.message, "error", { code })
        this.#keep()
      }
    }
  }

  #say(message) {
    this.become({ ...this.state, message }, message)
  }

  // Whether it makes sense to send the vote again; resolves when it is time to.
  async #mend({ status, wait, body }, vote, tries) {
    if (!status && !navigator.onLine) {
      this.#say("waiting")
      return new Promise((done) => addEventListener("online", done, { once: true }))
    }
    if (tries > TRIES) return false
    if (status === 428 && !vote.hold) {
      const slow = setTimeout(() => this.#say("checking"), QUIET_WORK_MS)
      vote.pow = await solve(body.challenge)
      clearTimeout(slow)
      vote.hold = !vote.pow || undefined
      return true
    }
    // 401: the token is forgotten, and the nonce gets a new one.
    if ((status < 500 && status !== 401) || wait > LONGEST_WAIT_S) return false
    await pause(wait * 1000 || FIRST_PAUSE_MS * 2 ** tries * Math.random())
    return true
  }
}
