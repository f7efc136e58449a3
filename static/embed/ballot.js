// One reader's vote on one article, shared by every bar of the page that shows it. Its requests go one after
// the other, and the last click wins.
import { api, post } from "./api.js"
import { jsonOf } from "./dom.js"
import { identified } from "./identity.js"
import { clicked, counted, initial, recalled, refused } from "./state.js"
import { readRecord, store, write } from "./storage.js"
import { pay } from "./work.js"

const TRIES = 3
const FIRST_PAUSE_MS = 300 // doubled with each try; clicks come at random already

// `articles`: names of the article, best first; the server takes the first that is the site's.
// `changed(ballot, spoken, event, code)`: a string to speak, an event to dispatch, what refused.
export function ballotOn({ site, poll }, question, articles, changed) {
  let sending // the task of votes under way
  const keyOf = () => `readback:${site}:${ballot.state_.article}`
  const ballot = {
    state_: initial,
    question_: question,
    articles_: articles,
    // `pending_` is a click that waits for the first figures. `page_` has title, section, author and tags of the article, where known.
    dueAt_: 0, // when its figures are to be asked for, on a clock that nobody sets
    become_: become,
    recall_: recall,
    click_: (wanted, arm) => {
      ballot.state_ = clicked(ballot.state_, wanted)
      ballot.arm_ = arm
      save(ballot.state_)
      send()
      setTimeout(changed, 0, ballot) // the click is saved: a slow phone draws it in a task of its own
    },
  }
  return ballot

  function become(state, ...news) {
    const isNew = state.article !== ballot.state_.article
    ballot.state_ = state
    if (isNew) ballot.state_ = recalled(state, readRecord(keyOf()))
    changed(ballot, ...news)
    if (isNew) send() // what an earlier page could not
  }

  // Another tab may have voted since.
  function recall() {
    if (!sending) become(recalled(ballot.state_, readRecord(keyOf())))
  }

  function save(state) {
    write(keyOf(), jsonOf({ ...state, set: undefined }))
  }

  function keep(state, ...news) {
    save(state)
    become(state, ...news)
  }

  function say(message) {
    become({ ...ballot.state_, message: message }, message)
  }

  // From now on no other tab's vote replaces this one. The rest has a task of its own, for slow phones.
  function send() {
    sending ||= setTimeout(async () => {
      while (ballot.state_.wanted !== undefined) await cast(ballot.state_.wanted)
      sending = 0
    })
  }

  async function cast(wanted) {
    const vote = {
      site,
      article: ballot.articles_[0],
      reaction: wanted,
      poll,
      page: ballot.page_,
      arm: ballot.arm_,
    }
    for (let tries = 1; ballot.state_.wanted === wanted; tries++) {
      vote.seq = ballot.state_.seq + 1
      try {
        const answer = await identified(site, (who) =>
          post(`${api.url_}react`, { ...vote, ...who }),
        )
        const { choice, seq } = answer
        const state = counted(ballot.state_, wanted, answer)
        const spoken = state.message || (choice ? "chosen" : "removed")
        if (!store.getItem) state.message ||= "unkept"
        // Another tab was first with this seq.
        if (choice !== wanted && tries < TRIES) ballot.state_ = { ...ballot.state_, seq }
        else keep(state, spoken, "react")
      } catch (problem) {
        if ((await mend(problem, vote, tries)) && ballot.state_.wanted === wanted) {
          const state = refused(ballot.state_, problem)
          keep(state, state.message, "error", problem.code)
        }
      }
    }
  }

  // Whether it makes no sense to send the vote again; resolves when it is time to.
  function mend({ status, wait, challenge }, vote, tries) {
    if (!status && !navigator.onLine) {
      say("waiting")
      return new Promise((done) => addEventListener("online", () => done()))
    }
    if (status === 428 && !vote.hold) return pay(vote, challenge, tries, say)
    // 401: the token is forgotten, and the nonce gets a new one.
    if (tries > TRIES || (status < 500 && status !== 401)) return true
    return new Promise((done) => setTimeout(done, wait * 1000 || FIRST_PAUSE_MS * 2 ** tries))
  }
}
