// How a browser overlays a cached list with its reader's acts, and delivers an act.
import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { deliver } from "../../static/comments/deliver.js"
import { recordOf, unlisted, withOwn } from "../../static/comments/mine.js"
import { newPage, refusal, settle, unreachable } from "./page.js"

const NOW = 1_762_934_400_000
const listed = { id: "a", state: "published", text: "As listed", ups: 3, replies: [] }

let page

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW })
  page = newPage()
})

test("an untouched comment is shown as listed", () => {
  assert.deepEqual(
    { ...withOwn(listed, undefined, NOW) },
    { ...listed, seq: undefined, up: undefined, edit_until: undefined },
  )
})

test("the reader's edit and vote override a cached list for 35 seconds", () => {
  const own = { id: "a", text: "As edited", ups: 4, up: true, seq: 2, keptAt: NOW }
  const soon = withOwn(listed, own, NOW + 34_000)
  assert.deepEqual(
    [soon.text, soon.ups, soon.up, soon.seq, soon.replies],
    ["As edited", 4, true, 2, []],
  )
  const later = withOwn(listed, own, NOW + 36_000)
  assert.deepEqual([later.text, later.ups, later.up, later.seq], ["As listed", 3, true, 2])
})

test("a new comment is shown until it is listed, a held one for a day, a deleted one never", () => {
  const own = (id, state) => ({ id, state, edit_until: "2026", keptAt: NOW })
  const kept = {
    new: { text: "a draft" },
    a: own("a", "published"),
    b: own("b", "held"),
    c: own("c", "deleted"),
    d: { up: true, keptAt: NOW },
  }
  const ids = (listed, later) => unlisted(kept, listed, NOW + later).map(({ id }) => id)
  assert.deepEqual(ids([], 1000), ["a", "b"])
  assert.deepEqual(ids(["a"], 1000), ["b"])
  assert.deepEqual(ids([], 60_000), ["b"])
  assert.deepEqual(ids([], 90_000_000), [])
})

test("the record keeps and forgets entries, and shares none between articles", () => {
  const one = recordOf("news", "one")
  one.keep_("new", { text: "Half a th" })
  one.keep_("a", { up: true })
  assert.deepEqual(Object.keys(recordOf("news", "one").all_()), ["new", "a"])
  one.keep_("new")
  assert.deepEqual(one.all_(), { a: { up: true } })
  assert.deepEqual(recordOf("news", "two").all_(), {})
})

const send = (fields, said = []) =>
  deliver("https://rb.example/v1/comments", { site: crypto.randomUUID(), ...fields }, (name) =>
    said.push(name),
  )

test("an act whose response is lost is sent again unchanged", async () => {
  page.answers.push(
    unreachable,
    () => ({ status: 503 }),
    () => ({ id: "a" }),
  )
  const sent = send({ draft: "readback-1", text: "x" })
  await settle()
  assert.equal((await sent).id, "a")
  assert.deepEqual(
    page.sent.map(({ draft }) => draft),
    Array(3).fill("readback-1"),
  )
})

test("a refusal is thrown at once, a missing server after four tries", async () => {
  page.answers.push(refusal(422, "too_long"))
  await assert.rejects(send({}), ({ code }) => code === "too_long")
  assert.equal(page.sent.length, 1)
  page.answers.push(...Array(9).fill(unreachable))
  const failed = assert.rejects(send({}))
  await settle()
  await failed
  assert.equal(page.sent.length, 5)
})

test("an act made offline waits for the network", async () => {
  page.online = false
  page.answers.push(unreachable, () => ({ id: "a" }))
  const said = []
  const sent = send({}, said)
  await settle()
  assert.deepEqual([said, page.sent.length], [["waiting"], 1])
  page.online = true
  page.listeners.get("online")()
  await settle()
  assert.equal((await sent).id, "a")
})
