// The figures of every bar on the page. Articles wanted at the same moment share one request, and one timer
// asks again for those near the viewport, while the page is visible.
import { api, ask } from "./api.js"
import { ballotOn } from "./ballot.js"
import { jsonOf, ofDocument } from "./dom.js"
import { figured } from "./state.js"

const AT_ONCE = 50
const AFTER_FAILURE_S = 60

const ballots = {} // one for each article of this visit, by all that names it
const sets = {} // question, choices and strings, by all that decides them
let timer
let asking

// Bars connected to the page; each has its `ballot_` and whether it `isNear_` the viewport.
export const bars = new Set()

// The ballot of an article, the same for every bar that shows it.
export const ballotOf = (asked, articles) => {
  const question = jsonOf(asked)
  const key = question + articles
  ballots[key] ??= ballotOn(asked, question, articles, (ballot, ...news) => {
    for (const bar of bars) if (bar.ballot_ === ballot) bar.changed_(...news)
  })
  return ballots[key]
}

// To be called when a bar came, moved or left.
export const plan = () => {
  clearTimeout(timer)
  const dueAt = Math.min(...[...bars].map((bar) => (bar.isNear_ ? bar.ballot_.dueAt_ : Infinity)))
  if (dueAt < Infinity && !asking && !ofDocument("hidden"))
    timer = setTimeout(refresh, dueAt - performance.now())
}

const refresh = async () => {
  asking = true
  // A bar near the viewport brings those that are not yet: a list is asked for once.
  const due = {}
  for (const { isNear_, ballot_ } of bars)
    if (ballot_.dueAt_ <= performance.now() && (isNear_ || !ballot_.state_.set)) {
      due[ballot_.question_] = [...(due[ballot_.question_] ?? []), ballot_]
      ballot_.dueAt_ = Infinity // until it is answered
    }
  for (const question in due)
    while (due[question][0]) await look(question, due[question].splice(0, AT_ONCE))
  asking = false
  plan()
}

const look = async (question, asked) => {
  const query = new URLSearchParams(JSON.parse(question))
  // With the language come question, choices and strings: they are asked for once.
  let set = sets[question]
  if (set) query.delete("lang")
  for (const { articles_ } of asked) for (const name of articles_) query.append("article", name)
  let waitS
  try {
    // The first look may come from a cache; a later one asks the server, or it would see itself.
    const answer = await ask(`${api.url_}counts?${query}`, {
      cache: set && "no-cache",
    })
    const { articles } = answer
    set ??= answer
    for (const ballot of asked) {
      // Null is an article of no site; one whose store is away is missing.
      const name = ballot.articles_.find((name) => articles[name] !== null)
      ballot.isWrong_ ||= !name
      if (articles[name]) ballot.articles_ = [name]
      ballot.become_(articles[name] ? figured(ballot.state_, set, articles[name]) : ballot.state_)
    }
    sets[question] = set
    waitS = set.poll_s
  } catch ({ status, wait, code }) {
    // Asking a second time changes nothing where the question is wrong.
    const isWrong = status < 500 && status !== 429
    waitS = isWrong ? Infinity : wait || AFTER_FAILURE_S
    for (const ballot of asked) {
      ballot.isWrong_ ||= isWrong
      ballot.become_(ballot.state_, "", "error", code)
    }
  }
  for (const ballot of asked) ballot.dueAt_ = performance.now() + waitS * 1000
}

addEventListener("visibilitychange", plan)
addEventListener("storage", () => {
  for (const bar of bars) bar.ballot_.recall_()
})
