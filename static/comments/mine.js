// What this reader wrote, voted and began to write under one article, as this browser keeps it. Reading the public
// list tells nobody whose a comment is, so what is not kept here is nobody's.
import { jsonOf } from "../embed/dom.js"
import { CACHED_MS, MOST, readRecord, write } from "../embed/storage.js"

// So long a comment that waits for an editor is shown to who wrote it.
const REVIEW_MS = 864e5

// `of_(name)` answers what is kept by comment id or by a draft's name, `all_()` all of it; `keep_(name)` forgets one.
export function recordOf(site, article) {
  const key = `readback:${site}:${article}:comments`
  return {
    of_: (name) => entryOf(readRecord(key)[name]),
    all_: () => Object.values(readRecord(key)).map(entryOf),
    keep_: (name, value) => write(key, jsonOf({ ...readRecord(key), [name]: value })),
  }
}

// An empty one where there is none. An entry of the future is from before the clock was set back.
const entryOf = (entry) => (entry?.keptAt > Date.now() ? {} : (entry ?? {}))

// A comment from the list, with what this reader did to it.
export function withOwn(comment, own, now) {
  const { seq, up, edit_until, keptAt } = own
  return {
    ...comment,
    ...(now - keptAt < CACHED_MS && own),
    seq: seq & MOST,
    up,
    edit_until: /Z$/.test(edit_until) && edit_until,
  }
}

// This reader's own that the list may not have: held ones, and new ones that a cache does not know.
export const unseen = (kept, now) =>
  kept.filter(
    ({ state, edit_until, keptAt }) =>
      edit_until && now - keptAt < (state === "held" ? REVIEW_MS : CACHED_MS),
  )
