// How a browser overlays a cached list with its reader's acts, and delivers an act.
import "./page.js" // first: it has the storage that the modules look up
import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { deliver } from "../../static/commenting/deliver.js"
import { recordOf, unseen, withOwn } from "../../static/comments/mine.js"
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
    { ...withOwn(listed, {}) },
    { ...listed, seq: 0, up: undefined, edit_until: false },
  )
})

test("the reader's edit and vote override a cached list for 35 seconds", () => {
  const own = { id: "a", text: "As edited", ups: 4, up: true, seq: 2, keptAt: NOW }
  mock.timers.tick(34_000)
  const soon = withOwn(listed, own)
  assert.deepEqual(
    [soon.text, soon.ups, soon.up, soon.seq, soon.replies],
    ["As edited", 4, true, 2, []],
  )
  mock.timers.tick(2_000)
  const later = withOwn(listed, own)
  assert.deepEqual([later.text, later.ups, later.up, later.seq], ["As listed", 3, true, 2])
})

test("a new comment is shown for 35 seconds, a held one for a day, a deleted one never", () => {
  const own = (id, state) => ({ id, state, edit_until: "2026-11-24T08:15:00Z", keptAt: NOW })
  const kept = [
    { text: "a draft" },
    own("a", "published"),
    own("b", "held"),
    { id: "c", state: "deleted", keptAt: NOW },
    { up: true, keptAt: NOW },
  ]
  const ids = (after) => {
    mock.timers.tick(after)
    return unseen(kept).map(({ id }) => id)
  }
  assert.deepEqual(ids(1000), ["a", "b"])
  assert.deepEqual(ids(59_000), ["b"])
  assert.deepEqual(ids(90_000_000), [])
})

test("the record keeps and forgets entries, and shares none between articles", () => {
  const one = recordOf("news", "one")
  one.keep("new", { text: "Half a th" })
  one.keep("a", { up: true })
  assert.deepEqual(one.all(), [{ text: "Half a th" }, { up: true }])
  one.keep("new")
  assert.deepEqual([one.of("new"), one.all()], [{}, [{ up: true }]])
  assert.deepEqual(recordOf("news", "two").all(), [])
})

for (const record of ["null", "5", '"text"', "[]", "not JSON", '{"a": null}', '{"a": 5, "b": []}'])
  test(`a record of ${record} is none`, () => {
    page.storage.set("readback:news:one:comments", record)
    const { of, all, keep } = recordOf("news", "one")
    assert.deepEqual(unseen(all()), [])
    const shown = withOwn(listed, of("a"))
    assert.deepEqual([shown.text, shown.ups, shown.up], ["As listed", 3, undefined])
    keep("a", { up: true })
    assert.equal(of("a").up, true)
  })

test("an entry of a clock that was ahead overrides nothing, and keeps what is the reader's own", () => {
  const { of, all, keep } = recordOf("news", "one")
  const ahead = { edit_until: "2026-11-24T08:15:00Z", keptAt: NOW + 3_600_000 }
  keep("a", { id: "a", text: "x", up: true, seq: 3, ...ahead })
  const { text, up, seq } = withOwn(listed, of("a"))
  assert.deepEqual([text, up, seq], ["As listed", true, 3])
  assert.deepEqual(unseen(all()), [])
})

test("a wrong end of the time to edit is not taken", () => {
  const { of, keep } = recordOf("news", "one")
  for (const edit_until of [5, true, {}, "soon"]) {
    keep("a", { edit_until, keptAt: NOW - 60_000 })
    assert.equal(withOwn(listed, of("a")).edit_until, false)
  }
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
