// What this reader wrote, voted and began to write under one article, as this browser keeps it. Reading the public
// list tells nobody whose a comment is, so what is not kept here is nobody's.
import { jsonOf } from "../embed/dom.js"
import { isFresh, MOST, readRecord, write } from "../embed/storage.js"

// So long a comment that waits for an editor is shown to who wrote it.
const REVIEW_MS = 864e5

// `of(name)` answers what is kept by comment id or by a draft's name, `all()` all of it; `keep(name)` forgets one.
export function recordOf(site, article) {
  const key = `readback:${site}:${article}:comments`
  return {
    of: (name) => readRecord(key)[name] ?? {},
    all: () => Object.values(readRecord(key)).filter(Boolean),
    keep: (name, value) => write(key, jsonOf({ ...readRecord(key), [name]: value })),
  }
}

// A comment from the list, with what this reader did to it.
export function withOwn(comment, own) {
  const { seq, up, edit_until, keptAt } = own
  return {
    ...comment,
    ...(isFresh(keptAt) && own),
    seq: seq & MOST,
    up,
    edit_until: /Z$/.test(edit_until) && edit_until,
  }
}

// This reader's own that the list may not have: held ones, and new ones that a cache does not know.
export const unseen = (kept) =>
  kept.filter(
    (entry) =>
      entry?.edit_until && isFresh(entry.keptAt, entry.state === "held" ? REVIEW_MS : undefined),
  )
