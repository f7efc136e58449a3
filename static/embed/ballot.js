// One reader's vote on one article, shared by every bar of the page that shows it. Its requests go one after
// the other, and the last click wins.
import { pause, post } from "./api.js"
import { identified } from "./identity.js"
import { clicked, counted, foreign, initial, recalled, refused } from "./state.js"
import { readRecord, write } from "./storage.js"
import { solve } from "./work.js"

const TRIES = 3
const FIRST_PAUSE_MS = 300 // doubled with each try; clicks come at random already
const QUIET_WORK_MS = 1000

// `articles`: names of the article, best first; the server takes the first that is the site's.
// `changed(ballot, spoken, event, code)`: a string to speak, an event to dispatch, what refused.
export function ballotOn(base, site, poll, question, articles, changed) {
  let sending
  const ballot = {
    state_: self.origin === "null" ? foreign : initial,
    question_: question,
    articles_: articles,
    page_: {}, // title, section, author and tags of the article, where known
    dueAt_: 0, // when its figures are to be asked for
    become_: become,
    recall_: recall,
    click_: (key) => {
      keep(clicked(ballot.state_, key))
      send()
    },
  }
  return ballot

  function become(state, ...news) {
    const isNew = state.article !== ballot.state_.article
    ballot.state_ = state
    if (isNew) ballot.state_ = recalled(state, readRecord(keyOf()), Date.now())
    changed(ballot, ...news)
    if (isNew) send() // what an earlier page could not
  }

  // Another tab may have voted since.
  function recall(key) {
    if (key === keyOf() && !sending) become(recalled(ballot.state_, readRecord(key), Date.now()))
  }

  function keyOf() {
    return `readback:${site}:${ballot.state_.article}`
  }

  function keep(state, ...news) {
    const { choice, wanted, counts, seq, ownAt } = state
    write(keyOf(), JSON.stringify({ choice, wanted, counts, seq, ownAt }))
    become(state, ...news)
  }

  function say(message) {
    become({ ...ballot.state_, message_: message }, message)
  }

  async function send() {
    if (sending) return
    sending = true
    while (ballot.state_.wanted !== undefined) await cast(ballot.state_.wanted)
    sending = false
  }

  async function cast(wanted) {
    const vote = { site, article: ballot.articles_[0], reaction: wanted, poll, page: ballot.page_ }
    for (let tries = 1; ballot.state_.wanted === wanted; tries++) {
      vote.seq = ballot.state_.seq + 1
      try {
        const answer = await identified(site, (who) => post(`${base}v1/react`, { ...vote, ...who }))
        const { choice, seq } = answer
        const state = counted(ballot.state_, wanted, answer, Date.now())
        // Another tab was first with this seq.
        if (choice !== wanted && tries < TRIES) ballot.state_ = { ...ballot.state_, seq }
        else keep(state, state.message_ || (choice ? "chosen" : "removed"), "react")
      } catch (problem) {
        if ((await mend(problem, vote, tries)) || ballot.state_.wanted !== wanted) continue
        const state = refused(ballot.state_, problem)
        keep(state, state.message_, "error", problem.code)
      }
    }
  }

  // Whether it makes sense to send the vote again; resolves when it is time to.
  async function mend({ status, wait, challenge }, vote, tries) {
    if (!status && !navigator.onLine) {
      say("waiting")
      return new Promise((done) => addEventListener("online", done, { once: true }))
    }
    if (tries > TRIES) return
    if (status === 428 && !vote.hold) {
      const slow = setTimeout(say, QUIET_WORK_MS, "checking")
      vote.pow = await solve(challenge)
      clearTimeout(slow)
      vote.hold = !vote.pow
      return true
    }
    // 401: the token is forgotten, and the nonce gets a new one.
    if (status < 500 && status !== 401) return
    await pause(wait * 1000 || FIRST_PAUSE_MS * 2 ** tries)
    return true
  }
}
