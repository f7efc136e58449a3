// The vote of one reader: the requests, their order, and the effect of a refusal.
import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { ballotOn } from "../../static/embed/ballot.js"
import { figured, initial, shownChoice } from "../../static/embed/state.js"
import { newPage, refusal, settle, taken, unreachable } from "./page.js"

const set = { strings: { closed: "Closed", rate_limited: "Slower", failed: "Again" } }

let page
let news

function ballot(site = crypto.randomUUID()) {
  news = []
  const made = ballotOn(
    "https://rb.example/",
    site,
    undefined,
    "{}",
    ["story"],
    (_, spoken, event, code) => {
      if (event || spoken) news.push([event, spoken, code])
    },
  )
  made.become_(
    figured(initial, set, { article: "id", counts: { love: 0, sad: 0 }, open: true }, Date.now()),
  )
  return made
}

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_762_934_400_000 })
  page = newPage()
})

test("the first vote has a nonce, the next one has the token from the response", async () => {
  const one = ballot("news")
  one.click_("love")
  await settle()
  one.click_("sad")
  await settle()
  const [first, second] = page.sent
  assert.match(first.nonce, /^[\w-]{22}$/)
  assert.deepEqual(
    [first.seq, first.token, second.seq, second.nonce, second.token],
    [1, undefined, 2, undefined, "t"],
  )
  assert.deepEqual([first.site, first.article, first.reaction], ["news", "story", "love"])
})

test("nothing is stored before a click", () => {
  ballot()
  assert.equal(page.storage.size, 0)
})

test("requests are sent one at a time, and the last click wins", async () => {
  let open
  page.answers.push(async (vote) => {
    await new Promise((done) => (open = done))
    return taken(vote)
  })
  const one = ballot()
  one.click_("love")
  await settle()
  one.click_("sad")
  one.click_("love")
  assert.equal(page.sent.length, 1)
  open()
  await settle()
  assert.deepEqual(
    page.sent.map(({ reaction, seq }) => [reaction, seq]),
    [["love", 1]],
  )
  one.click_("love")
  one.click_("sad")
  await settle()
  assert.equal(page.sent.at(-1).reaction, "sad")
  assert.equal(shownChoice(one.state_), "sad")
})

test("a request whose response is lost is repeated with the same seq", async () => {
  page.answers.push(unreachable, unreachable)
  const one = ballot()
  one.click_("love")
  await settle()
  assert.deepEqual(
    page.sent.map(({ seq }) => seq),
    [1, 1, 1],
  )
  assert.deepEqual(news, [["react", "chosen", undefined]])
})

test("if the server stays away the click is reverted with a message", async () => {
  page.answers.push(...Array(9).fill(unreachable))
  const one = ballot()
  one.click_("love")
  await settle()
  assert.equal(page.sent.length, 4)
  assert.deepEqual(news, [["error", "failed", undefined]])
  assert.equal(shownChoice(one.state_), null)
})

test("the retry waits for Retry-After", async () => {
  page.answers.push(() => ({
    status: 503,
    headers: { "Retry-After": "7" },
    error: { code: "store_unavailable" },
  }))
  const one = ballot()
  one.click_("love")
  for (let i = 0; i < 20; i++) await Promise.resolve()
  mock.timers.tick(6999)
  for (let i = 0; i < 20; i++) await Promise.resolve()
  assert.equal(page.sent.length, 1)
  mock.timers.tick(1)
  await settle()
  assert.equal(page.sent.length, 2)
})

for (const [status, code, message] of [
  [409, "closed", "closed"],
  [429, "rate_limited", "rate_limited"],
  [422, "bad_article", "failed"],
])
  test(`${status} is not retried`, async () => {
    page.answers.push(refusal(status, code))
    const one = ballot()
    one.click_("love")
    await settle()
    assert.equal(page.sent.length, 1)
    assert.deepEqual(news, [["error", message, code]])
  })

test("an invalid token is replaced, and the reader stays the same", async () => {
  const one = ballot("again")
  one.click_("love")
  await settle()
  page.answers.push(refusal(401, "bad_token"))
  one.click_("sad")
  await settle()
  const [first, refused, last] = page.sent
  assert.deepEqual([refused.token, last.nonce, last.token], ["t", first.nonce, undefined])
  assert.equal(shownChoice(one.state_), "sad")
})

test("a vote overtakes the seq of another tab", async () => {
  page.answers.push(() => ({
    choice: "sad",
    seq: 5,
    counts: { love: 0, sad: 1 },
    open: true,
    token: "t",
  }))
  const one = ballot()
  one.click_("love")
  await settle()
  assert.deepEqual(
    page.sent.map(({ seq }) => seq),
    [1, 6],
  )
  assert.equal(shownChoice(one.state_), "love")
})

test("a click made offline is kept and sent on return", async () => {
  page.online = false
  page.answers.push(unreachable)
  const one = ballot("away")
  one.click_("love")
  await settle()
  assert.deepEqual([one.state_.message_, page.sent.length], ["waiting", 1])
  page.online = true
  page.listeners.get("online")(new Event("online"))
  await settle()
  assert.deepEqual([one.state_.message_, one.state_.choice], ["", "love"])
})

test("the next page sends a click that its page could not send", async () => {
  page.online = false
  page.answers.push(unreachable)
  ballot("later").click_("love")
  await settle()
  const { storage } = page
  page = newPage({ storage })
  const next = ballot("later")
  assert.equal(shownChoice(next.state_), "love")
  await settle()
  assert.deepEqual(
    page.sent.map(({ reaction }) => reaction),
    ["love"],
  )
  assert.equal(JSON.parse(storage.get("readback:later:id")).wanted, undefined)
})

test("without WebCrypto a vote that needs a proof requests to be held", async () => {
  const { subtle } = crypto
  Object.defineProperty(crypto, "subtle", { configurable: true, value: undefined })
  const parameters = { nonce: "00", salt: "00", cost: 1, keyLength: 32, keyPrefix: "00" }
  page.answers.push(refusal(428, "challenge", { challenge: { parameters } }), (vote) => ({
    ...taken(vote),
    held: true,
  }))
  const one = ballot()
  one.click_("love")
  await settle()
  Object.defineProperty(crypto, "subtle", { configurable: true, value: subtle })
  assert.deepEqual(
    page.sent.map(({ hold }) => hold),
    [undefined, true],
  )
  assert.deepEqual([one.state_.message_, news], ["held", [["react", "held", undefined]]])
})
