// The state of one bar, and how each event changes it.
import "./page.js" // first: it has the storage that the modules look up
import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import {
  canClick,
  clicked,
  counted,
  figured,
  initial,
  isForeign,
  isWaiting,
  recalled,
  refused,
  shownChoice,
  shownCounts,
} from "../../static/embed/state.js"

const NOW = 1_762_934_400_000

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ["Date"], now: NOW })
})

const set = { strings: { closed: "Reactions are closed", failed: "Again, please" } }
const figures = (love = 2, more = {}) => ({
  article: "a",
  counts: { love, sad: 1 },
  open: true,
  ...more,
})
const loaded = figured(initial, set, figures())

test("a click is shown at once, and the response of the server when it arrives", () => {
  const wanting = clicked(loaded, "love")
  assert.deepEqual([shownChoice(wanting), shownCounts(wanting)], ["love", { love: 3, sad: 1 }])
  assert.deepEqual(wanting.counts, loaded.counts)
  const cast = counted(wanting, "love", { choice: "love", ...figures(9) })
  assert.deepEqual([shownChoice(cast), shownCounts(cast).love, cast.wanted], ["love", 9, undefined])
})

test("a click on the choice takes it back, and a click on another moves it", () => {
  const cast = counted(clicked(loaded, "love"), "love", { choice: "love", ...figures(3) })
  assert.deepEqual(shownCounts(clicked(cast, null)), { love: 2, sad: 1 })
  assert.deepEqual(shownCounts(clicked(cast, "sad")), { love: 2, sad: 2 })
})

test("a newer click is kept when an older one is answered", () => {
  const twice = clicked(clicked(loaded, "love"), "sad")
  const state = counted(twice, "love", { choice: "love", ...figures(3) })
  assert.equal(state.wanted, "sad")
  assert.deepEqual(shownCounts(state), { love: 2, sad: 2 })
})

test("a refusal drops the click and applies the counts in the response", () => {
  const state = refused(clicked(loaded, "love"), {
    status: 409,
    code: "closed",
    counts: { love: 7, sad: 1 },
    open: false,
  })
  assert.deepEqual(
    [shownChoice(state), shownCounts(state).love, state.message],
    [null, 7, "closed"],
  )
  assert.equal(canClick(state), false)
  assert.equal(refused(loaded, { status: 500, code: "internal" }).message, "failed")
})

for (const [origins, isRight] of [
  [["https://www.news.example", "https://news.example"], true],
  [["https://www.news.example"], false],
  [[], false],
  [undefined, true], // a server that is older than this script
])
  test(`with the origins ${origins} a page at ${origin} ${isRight ? "may" : "may not"} vote`, () => {
    const state = { ...loaded, set: { ...set, origins } }
    assert.deepEqual([canClick(state), isForeign(state)], [isRight, !isRight])
  })

test("the refusal of an origin takes the click back", () => {
  const foreign = { ...loaded, set: { strings: { bad_origin: "Not here" } } }
  const state = refused(clicked(foreign, "love"), { status: 403, code: "bad_origin" })
  assert.deepEqual([state.message, shownChoice(state), state.again], ["bad_origin", null, "love"])
})

test("a held vote is shown as chosen but not counted", () => {
  const state = counted(
    clicked(loaded, "love"),
    "love",
    { choice: "love", held: true, ...figures(2) },
    NOW,
  )
  assert.deepEqual(
    [shownChoice(state), shownCounts(state).love, state.message],
    ["love", 2, "held"],
  )
})

for (const [after, love] of [
  [0, 3],
  [34_000, 3],
  [36_000, 2],
])
  test(`cached counts ${after} ms after the reader's vote show ${love}`, () => {
    const cast = counted(clicked(loaded, "love"), "love", { choice: "love", ...figures(3) })
    mock.timers.tick(after)
    assert.equal(figured(cast, set, figures(2)).counts.love, love)
  })

test("the newest figures say whether voting is open, even if the counts are kept", () => {
  const own = recalled(
    loaded,
    { choice: "love", counts: { love: 3, sad: 0 }, seq: 1, ownAt: NOW },
    NOW,
  )
  const state = figured(own, set, { ...figures(2), open: false })
  assert.deepEqual([state.open, state.counts.love, state.choice], [false, 3, "love"])
})

test("the stored choice, counts and unsent click are restored", () => {
  const kept = { choice: "sad", wanted: null, seq: 3, counts: { love: 2, sad: 5 }, ownAt: NOW }
  const state = recalled(loaded, kept)
  assert.deepEqual(
    [state.choice, state.seq, shownChoice(state), shownCounts(state).sad],
    ["sad", 3, null, 4],
  )
  mock.timers.tick(60_000)
  assert.deepEqual(recalled(loaded, kept).counts, loaded.counts)
  assert.deepEqual(recalled(loaded, {}), {
    ...loaded,
    wanted: undefined,
    seq: 0,
    ownAt: undefined,
    held: undefined,
  })
})

const kept = { choice: "sad", wanted: "love", seq: 3, counts: { love: 2, sad: 5 }, ownAt: NOW }

for (const [field, wrong, right] of [
  ["choice", ["no such choice", "toString", "__proto__", 7, true, {}], null],
  ["wanted", ["no such choice", "constructor", 7, true, {}], undefined],
  ["seq", ["x", -1, 1.5, 2147483647, 1e300, null, {}, []], undefined],
  ["counts", [null, 7, "x", [], { love: -1, sad: "5" }, { love: 1.5, sad: null }], loaded.counts],
  ["ownAt", [NOW + 36_000, NOW + 1e9, "x", {}], undefined],
])
  for (const value of wrong)
    test(`a stored ${field} of ${JSON.stringify(value)} is not taken, and the rest is`, () => {
      const state = recalled(loaded, { ...kept, [field]: value })
      if (field === "ownAt") assert.equal(figured(state, set, figures(9)).counts.love, 9)
      else if (field === "seq") assert.ok(Number.isInteger(state.seq) && state.seq < 2 ** 30)
      else assert.deepEqual(state[field], right)
      for (const other of ["choice", "wanted"])
        if (other !== field) assert.equal(state[other], kept[other])
    })

test("a held vote is remembered as held until the next one", () => {
  const held = counted(clicked(loaded, "love"), "love", { choice: "love", held: true })
  assert.equal(isWaiting(recalled(loaded, held)), true)
  assert.equal(isWaiting(counted(held, "sad", { choice: "sad" })), undefined)
})

test("a stored record brings no field of its own", () => {
  const more = { status: 403, open: false, set: 1, message: "x", article: "b", token: "t" }
  const state = recalled(loaded, { ...kept, ...more, counts: { ...kept.counts, junk: 1e6 } })
  assert.deepEqual(
    [state.status, state.open, state.set, state.message, state.article, state.token],
    [undefined, true, set, undefined, "a", undefined],
  )
  assert.deepEqual(state.counts, kept.counts)
})

test("no count is shown below zero", () => {
  const held = { ...loaded, choice: "love", counts: { love: 0, sad: 0 } }
  assert.deepEqual(shownCounts(clicked(held, "sad")), { love: 0, sad: 1 })
})

test("votes that are set aside are said until the figures have none", () => {
  const aside = { votes: 12, day: "2026-11-24", url: "https://readback.example/integrity/news/x" }
  const some = figured(loaded, set, figures(2, { set_aside: aside }))
  const cast = counted(clicked(some, "love"), "love", { choice: "love", ...figures(3) })
  assert.deepEqual([some.set_aside, cast.set_aside], [aside, aside])
  assert.ok(!figured(cast, set, figures()).set_aside)
})
