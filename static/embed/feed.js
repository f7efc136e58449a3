// The figures of every bar on the page. Articles wanted at the same moment share one request, and one timer
// asks again for those near the viewport, while the page is visible.
import { ask } from "./api.js"
import { Ballot } from "./ballot.js"
import { figured } from "./state.js"

const AT_ONCE = 50
const POLL_S = 15
const LONGEST_WAIT_S = 300

const ballots = {} // one for each article of this visit, by all that names it
const sets = {} // question, choices and strings, by all that decides them
let base
let failures = 0
let timer
let asking

// Bars connected to the page; each has its `ballot` and whether it `isNear` the viewport.
export const bars = new Set()

// Once for the page, with the address that the API is below.
export function start(url) {
  base = url
  addEventListener("visibilitychange", plan)
  addEventListener("storage", ({ key }) => ballotsOf(() => true).forEach((ballot) => ballot.recall(key)))
  // A page that changes its address without loading is another article, unless the tag names its own.
  const moved = () => setTimeout(() => bars.forEach((bar) => bar.follow()))
  addEventListener("popstate", moved)
  globalThis.navigation?.addEventListener("currententrychange", moved)
}

// The ballot of an article, the same for every bar that shows it.
export function ballotOf(site, poll, section, lang, articles) {
  const question = JSON.stringify({ site, poll, section, lang })
  return (ballots[question + articles] ??= new Ballot(base, site, poll, question, articles, (ballot, ...news) =>
    bars.forEach((bar) => bar.ballot === ballot && bar.changed(...news)),
  ))
}

const ballotsOf = (isMeant) => [...new Set([...bars].filter(isMeant).map((bar) => bar.ballot))]

const nearBallots = () => ballotsOf((bar) => bar.isNear)

// To be called when a bar came, moved or left.
export function plan() {
  clearTimeout(timer)
  const dueAt = Math.min(...nearBallots().map((ballot) => ballot.dueAt))
  if (dueAt < Infinity && !asking && !document.hidden) timer = setTimeout(refresh, dueAt - Date.now())
}

async function refresh() {
  asking = true
  const near = nearBallots()
  // A bar near the viewport brings those that are not yet: a list is asked for once.
  let due = ballotsOf(() => true).filter((ballot) => ballot.dueAt <= Date.now() && (!ballot.state.set || near.includes(ballot)))
  while (due[0]) {
    const { question } = due[0]
    // The question comes with the first.
    const asked = due.filter((ballot) => ballot.question === question).slice(0, sets[question] ? AT_ONCE : 1)
    due = due.filter((ballot) => !asked.includes(ballot))
    await look(question, asked)
  }
  asking = false
  plan()
}

async function look(question, asked) {
  const { lang, ...where } = JSON.parse(question)
  const set = sets[question]
  const query = new URLSearchParams(set ? where : { ...where, lang })
  for (const ballot of asked) {
    for (const name of ballot.articles) query.append("article", name)
    if (!ballot.state.set) ballot.become(ballot.state, "", "loadstart")
  }
  let waitS
  try {
    // The first look may come from a cache; a later one asks the server, or it would see itself.
    const cache = asked[0].state.set ? "no-cache" : "default"
    const answer = await ask(`${base}v1/${set ? "counts" : "bar"}?${query}`, { cache })
    const { articles = { [answer.asked ?? asked[0].articles[0]]: answer } } = answer
    sets[question] ??= answer
    for (const ballot of asked) {
      const name = ballot.articles.find((name) => articles[name])
      if (!name) continue
      ballot.articles = [name]
      ballot.become(figured(ballot.state, sets[question], articles[name], Date.now()))
    }
    failures = 0
    waitS = sets[question].poll_s
  } catch ({ status, wait, code }) {
    waitS = Math.max(Math.min(POLL_S * 2 ** failures++, LONGEST_WAIT_S), wait || 0)
    if (status < 500 && status !== 429) waitS = Infinity // asking again changes nothing
    for (const ballot of asked) ballot.become(ballot.state, "", "error", { code })
  }
  for (const ballot of asked) ballot.dueAt = Date.now() + waitS * 1000
}
