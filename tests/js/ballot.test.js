// The vote of one reader: the requests, their order, and the effect of a refusal.
import "./page.js" // first: it has the storage that the modules look up
import assert from "node:assert/strict"
import { pbkdf2Sync } from "node:crypto"
import { beforeEach, mock, test } from "node:test"
import { ballotOn } from "../../static/embed/ballot.js"
import { figured, initial, shownChoice } from "../../static/embed/state.js"
import { newPage, refusal, settle, TOKEN, taken, unreachable } from "./page.js"

const CHECKING = [undefined, "checking", undefined]
const set = { strings: { closed: "Closed", rate_limited: "Slower", failed: "Again" } }

let page
let news

function ballot(site = crypto.randomUUID()) {
  news = []
  const made = ballotOn({ site }, "{}", ["story"], (_, spoken, event, code) => {
    if (event || spoken) news.push([event, spoken, code])
  })
  made.become_(figured(initial, set, { article: "id", counts: { love: 0, sad: 0 }, open: true }))
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
    [1, undefined, 2, undefined, TOKEN],
  )
  assert.deepEqual([first.site, first.article, first.reaction], ["news", "story", "love"])
})

test("a vote says its arm of the experiment, and a vote that a later load sends says none", async () => {
  const one = ballot("arms")
  one.click_("love", "blind")
  await settle()
  one.click_("sad")
  await settle()
  assert.deepEqual(
    page.sent.map(({ arm }) => arm),
    ["blind", undefined],
  )
  page.storage.set(
    "readback:arms:id",
    JSON.stringify({ choice: null, wanted: "love", arm: "blind" }),
  )
  ballot("arms")
  await settle()
  const { reaction, arm } = page.sent.at(-1)
  assert.deepEqual([reaction, arm], ["love", undefined])
  assert.doesNotMatch(page.storage.get("readback:arms:id"), /blind/)
})

test("nothing is stored before a click", () => {
  ballot()
  assert.equal(page.storage.size, 0)
})

test("a click is in the storage at once, and is sent in a task of its own", async () => {
  ballot("tasks").click_("love")
  assert.equal(JSON.parse(page.storage.get("readback:tasks:id")).wanted, "love")
  assert.deepEqual([page.sent, news], [[], []])
  mock.timers.tick(1)
  await Promise.resolve()
  assert.equal(page.sent.length, 1)
})

test("another tab's vote does not replace a click that waits for its task", async () => {
  const one = ballot("gap")
  one.click_("love")
  page.storage.set("readback:gap:id", JSON.stringify({ choice: "sad", seq: 5 }))
  one.recall_()
  await settle()
  assert.deepEqual(
    page.sent.map(({ reaction }) => reaction),
    ["love"],
  )
  page.storage.set("readback:gap:id", JSON.stringify({ choice: "sad", seq: 5 }))
  one.recall_()
  assert.equal(shownChoice(one.state_), "sad", "nothing is under way any more")
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

test("the retry waits for as long as the server says", async () => {
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
  assert.deepEqual([refused.token, last.nonce, last.token], [TOKEN, first.nonce, undefined])
  assert.equal(shownChoice(one.state_), "sad")
})

test("a vote overtakes the seq of another tab", async () => {
  page.answers.push(() => ({
    choice: "sad",
    seq: 5,
    counts: { love: 0, sad: 1 },
    open: true,
    token: TOKEN,
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
  assert.deepEqual([one.state_.message, page.sent.length], ["waiting", 1])
  page.online = true
  page.listeners.get("online")(new Event("online"))
  await settle()
  assert.deepEqual([one.state_.message, one.state_.choice], [undefined, "love"])
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

const RECORDS = [
  "null",
  "5",
  '"text"',
  "[]",
  "[1]",
  "{}",
  "not JSON",
  '{"choice": 7}',
  '{"choice": "no such choice", "seq": 1}',
  '{"wanted": "no such choice"}',
  '{"wanted": {"love": 1}}',
  '{"seq": "x"}',
  '{"seq": -1}',
  '{"seq": 1.5}',
  '{"seq": 2147483646}',
  '{"seq": 1e300}',
  '{"seq": 1073741823}',
  '{"counts": null, "ownAt": 1762934400000}',
  '{"counts": {"love": "9"}, "ownAt": 1762934400000}',
  '{"ownAt": 99999999999999, "counts": {"love": 7}}',
  '{"status": 403, "open": false, "set": {}, "message": "x", "article": "other"}',
]

for (const record of RECORDS)
  test(`a bar votes with ${record} in the storage`, async () => {
    page.storage.set("readback:shape:id", record)
    const one = ballot("shape")
    await settle()
    assert.deepEqual([page.sent, news], [[], []])
    one.click_("love")
    await settle()
    one.click_("sad")
    await settle()
    assert.deepEqual(
      page.sent.map(({ reaction }) => reaction),
      ["love", "sad"],
    )
    for (const { seq } of page.sent) assert.ok(seq > 0 && seq < 2147483646 && seq % 1 === 0)
    const kept = JSON.parse(page.storage.get("readback:shape:id"))
    for (const secret of ["token", "nonce", "set"]) assert.equal(kept[secret], undefined)
    assert.deepEqual([kept.choice, kept.seq], ["sad", page.sent[1].seq])
  })

for (const [what, secret] of [
  ["no token", "x"],
  ["an overlong token", "x".repeat(9000)],
  ["an object", "[object Object]"],
])
  test(`a reader with ${what} in the storage begins anew`, async () => {
    const isNonce = ({ nonce }) => /^[\w-]{22}$/.test(nonce)
    const refuse = (vote) => {
      assert.ok(JSON.stringify(vote).length < 4096)
      return vote.token || !isNonce(vote) ? refusal(401, "bad_token")() : taken(vote)
    }
    for (const key of ["token", "nonce"]) {
      page = newPage()
      page.answers.push(refuse, refuse, refuse)
      page.storage.set(`readback:anew:${key}`, secret)
      const one = ballot("anew")
      one.click_("love")
      await settle()
      assert.deepEqual(news, [["react", "chosen", undefined]])
      assert.equal(page.storage.get("readback:anew:token"), TOKEN)
    }
  })

const challenged = (more) =>
  refusal(428, "challenge", {
    challenge: {
      parameters: { nonce: "00", salt: "00", cost: 1, keyLength: 32, keyPrefix: "", ...more },
    },
  })
const held = (vote) => ({ ...taken(vote), held: true })

// Let the click's own task and then WebCrypto's threads work; the mocked clock stands still meanwhile.
async function work(until) {
  mock.timers.tick(1)
  for (let i = 0; i < 100_000 && !until(); i++) await new Promise((done) => setImmediate(done))
  await settle()
}

test("a challenge is solved in the counter's 32 bits, and its proof is sent once", async () => {
  const nonce = "a1".repeat(16)
  const salt = "b2".repeat(16)
  page.answers.push(challenged({ nonce, salt, cost: 10, keyPrefix: "00" }))
  ballot().click_("love")
  await work(() => page.sent[1])
  const { challenge, solution } = JSON.parse(atob(page.sent[1].pow))
  const password = Buffer.alloc(20)
  password.write(nonce, "hex")
  password.writeUInt32BE(solution.counter, 16)
  const key = pbkdf2Sync(password, Buffer.from(salt, "hex"), 10, 32, "sha256")
  assert.equal(solution.derivedKey, key.toString("hex"))
  assert.ok(solution.derivedKey.startsWith("00"))
  assert.equal(challenge.parameters.nonce, nonce)
  assert.equal(page.sent[1].hold, false)
})

test("a proof that costs too much is not begun: the vote is held at once", async () => {
  page.answers.push(challenged({ cost: 2501 }), held)
  ballot().click_("love")
  await work(() => page.sent[1])
  assert.deepEqual(
    page.sent.map(({ pow, hold }) => [pow, hold]),
    [
      [undefined, undefined],
      [undefined, true],
    ],
  )
  assert.deepEqual(news, [CHECKING, ["react", "held", undefined]])
})

test("a second challenge is solved too, and a third is answered by holding the vote", async () => {
  page.answers.push(challenged(), challenged(), challenged(), held)
  ballot().click_("love")
  await work(() => page.sent[3])
  assert.deepEqual(
    page.sent.map(({ pow, hold }) => [!!pow, hold]),
    [
      [false, undefined],
      [true, false],
      [true, false],
      [false, true],
    ],
  )
})

test("a vote that is challenged even when it is to be held is given up", async () => {
  page.answers.push(...Array(9).fill(challenged({ cost: 9000 })))
  ballot().click_("love")
  await work(() => news[1])
  assert.equal(page.sent.length, 2)
  assert.deepEqual(news, [CHECKING, ["error", "failed", "challenge"]])
})

for (const [tries, seconds] of [
  [1, 3],
  [2, 1.5],
])
  test(`the proof of try ${tries} is given up after ${seconds} s, and the vote is held`, async () => {
    const { subtle } = crypto
    let counted = 0
    const derived = { importKey: async () => {}, deriveBits: async () => derive() }
    const derive = () => {
      counted++
      mock.timers.tick(100)
      return new ArrayBuffer(32)
    }
    Object.defineProperty(crypto, "subtle", { configurable: true, value: derived })
    const easy = Array(tries - 1).fill(challenged())
    page.answers.push(...easy, challenged({ keyPrefix: "ff" }), held)
    ballot().click_("love")
    await work(() => page.sent[tries])
    Object.defineProperty(crypto, "subtle", { configurable: true, value: subtle })
    assert.equal(counted - easy.length, seconds * 10)
    assert.equal(page.sent.at(-1).hold, true)
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
  assert.deepEqual([one.state_.message, news], ["held", [CHECKING, ["react", "held", undefined]]])
})
