// The figures of every bar on the page. Articles wanted at the same moment share one request, and one timer
// asks again for those near the viewport, while the page is visible.
import { ask } from "./api.js"
import { ballotOn } from "./ballot.js"
import { figured } from "./state.js"

const AT_ONCE = 50
const AFTER_FAILURE_S = 60

const ballots = {} // one for each article of this visit, by all that names it
const sets = {} // question, choices and strings, by all that decides them
let base
let timer
let asking

// Bars connected to the page; each has its `ballot_` and whether it `isNear_` the viewport.
export const bars = new Set()

// Once for the page, with the address that the API is below.
export function start(url) {
  base = url
  addEventListener("visibilitychange", plan)
  addEventListener("storage", ({ key }) => {
    for (const bar of bars) bar.ballot_.recall_(key)
  })
  // A page that changes its address without loading is another article, unless the tag names its own.
  const follow = () => {
    for (const bar of bars) bar.follow_()
  }
  const moved = () => setTimeout(follow)
  addEventListener("popstate", moved)
  self.navigation?.addEventListener("currententrychange", moved)
}

// The ballot of an article, the same for every bar that shows it.
export function ballotOf(site, poll, section, lang, articles) {
  const question = JSON.stringify({ site, poll, section, lang })
  const key = question + articles
  ballots[key] ??= ballotOn(base, site, poll, question, articles, (ballot, ...news) => {
    for (const bar of bars) if (bar.ballot_ === ballot) bar.changed_(...news)
  })
  return ballots[key]
}

// To be called when a bar came, moved or left.
export function plan() {
  clearTimeout(timer)
  const dueAt = Math.min(
    ...Array.from(bars, (bar) => (bar.isNear_ ? bar.ballot_.dueAt_ : Infinity)),
  )
  if (dueAt < Infinity && !asking && !document.hidden)
    timer = setTimeout(refresh, dueAt - Date.now())
}

async function refresh() {
  asking = true
  // A bar near the viewport brings those that are not yet: a list is asked for once.
  const due = new Set()
  for (const { isNear_, ballot_ } of bars)
    if (ballot_.dueAt_ <= Date.now() && (isNear_ || !ballot_.state_.set_)) due.add(ballot_)
  for (const { question_: question } of due) {
    const asked = [...due].filter((ballot) => ballot.question_ === question).slice(0, AT_ONCE)
    for (const ballot of asked) due.delete(ballot)
    await look(question, asked)
  }
  asking = false
  plan()
}

async function look(question, asked) {
  const { lang, ...where } = JSON.parse(question)
  const query = new URLSearchParams(where)
  // With the language come question, choices and strings: they are asked for once.
  if (!sets[question]) query.set("lang", lang)
  for (const { articles_ } of asked) for (const name of articles_) query.append("article", name)
  let waitS
  try {
    // The first look may come from a cache; a later one asks the server, or it would see itself.
    const answer = await ask(`${base}v1/counts?${query}`, {
      cache: sets[question] ? "no-cache" : "default",
    })
    const { articles } = answer
    sets[question] ??= answer
    const set = sets[question]
    for (const ballot of asked) {
      const name = ballot.articles_.find((name) => articles[name])
      if (!name) continue
      ballot.articles_ = [name]
      ballot.become_(figured(ballot.state_, set, articles[name], Date.now()))
    }
    waitS = set.poll_s
  } catch ({ status, wait, code }) {
    // Asking a second time changes nothing where the question is wrong.
    waitS = status < 500 && status !== 429 ? Infinity : wait || AFTER_FAILURE_S
    for (const ballot of asked) ballot.become_(ballot.state_, "", "error", code)
  }
  for (const ballot of asked) ballot.dueAt_ = Date.now() + waitS * 1000
}
