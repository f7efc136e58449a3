// What one bar knows, and how each thing that happens changes it.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  canClick,
  clicked,
  counted,
  figured,
  initial,
  recalled,
  refused,
  shownChoice,
  shownCounts,
} from "../../static/embed/state.js"

const NOW = 1_762_934_400_000
const set = { strings: { closed: "Reactions are closed", failed: "Again, please" } }
const figures = (love = 2, more = {}) => ({
  article: "a",
  counts: { love, sad: 1 },
  open: true,
  ...more,
})
const loaded = figured(initial, set, figures(), NOW)

test("a click is shown at once, and the server's word when it comes", () => {
  const wanting = clicked(loaded, "love")
  assert.deepEqual([shownChoice(wanting), shownCounts(wanting)], ["love", { love: 3, sad: 1 }])
  assert.deepEqual(wanting.counts, loaded.counts)
  const cast = counted(wanting, "love", { choice: "love", ...figures(9) }, NOW)
  assert.deepEqual([shownChoice(cast), shownCounts(cast).love, cast.wanted], ["love", 9, undefined])
})

test("a click on the chosen takes it back, and a click on another moves it", () => {
  const cast = counted(clicked(loaded, "love"), "love", { choice: "love", ...figures(3) }, NOW)
  assert.deepEqual(shownCounts(clicked(cast, "love")), { love: 2, sad: 1 })
  assert.deepEqual(shownCounts(clicked(cast, "sad")), { love: 2, sad: 2 })
})

test("a newer click goes on wanting when an older one is answered", () => {
  const twice = clicked(clicked(loaded, "love"), "sad")
  const state = counted(twice, "love", { choice: "love", ...figures(3) }, NOW)
  assert.equal(state.wanted, "sad")
  assert.deepEqual(shownCounts(state), { love: 2, sad: 2 })
})

test("a refusal forgets the click, and takes the counts it brings", () => {
  const state = refused(clicked(loaded, "love"), {
    status: 409,
    code: "closed",
    counts: { love: 7, sad: 1 },
    open: false,
  })
  assert.deepEqual(
    [shownChoice(state), shownCounts(state).love, state.message_],
    [null, 7, "closed"],
  )
  assert.equal(canClick(state), false)
  assert.equal(refused(loaded, { status: 500, code: "internal" }).message_, "failed")
})

test("a page whose origin is not the site's is read-only without a word", () => {
  const state = refused(clicked(loaded, "love"), { status: 403, code: "bad_origin" })
  assert.deepEqual([state.message_, canClick(state), clicked(state, "love")], ["", false, state])
})

test("a vote held for a check is shown as chosen and not counted", () => {
  const state = counted(
    clicked(loaded, "love"),
    "love",
    { choice: "love", held: true, ...figures(2) },
    NOW,
  )
  assert.deepEqual(
    [shownChoice(state), shownCounts(state).love, state.message_],
    ["love", 2, "held"],
  )
})

for (const [after, love] of [
  [0, 3],
  [34_000, 3],
  [36_000, 2],
])
  test(`counts of a cache ${after} ms after the own vote show ${love}`, () => {
    const cast = counted(clicked(loaded, "love"), "love", { choice: "love", ...figures(3) }, NOW)
    assert.equal(figured(cast, set, figures(2), NOW + after).counts.love, love)
  })

test("whether votes are taken is what the newest figures say, whosever the counts are", () => {
  const own = recalled(
    initial,
    { choice: "love", counts: { love: 3, sad: 0 }, seq: 1, ownAt: NOW },
    NOW,
  )
  const state = figured(own, set, { ...figures(2), open: false }, NOW)
  assert.deepEqual([state.open, state.counts.love, state.choice], [false, 3, "love"])
})

test("what was kept comes back: choice, counts, and a click not sent", () => {
  const kept = { choice: "sad", wanted: null, seq: 3, counts: { love: 2, sad: 5 }, ownAt: NOW }
  const state = recalled(loaded, kept, NOW + 1000)
  assert.deepEqual(
    [state.choice, state.seq, shownChoice(state), shownCounts(state).sad],
    ["sad", 3, null, 4],
  )
  assert.deepEqual(recalled(loaded, kept, NOW + 60_000).counts, loaded.counts)
  assert.deepEqual(recalled(loaded, {}, NOW), { ...loaded, wanted: undefined })
})

test("nothing is ever shown below zero", () => {
  const held = { ...loaded, choice: "love", counts: { love: 0, sad: 0 } }
  assert.deepEqual(shownCounts(clicked(held, "sad")), { love: 0, sad: 1 })
})
