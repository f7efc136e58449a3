// What this reader wrote, voted and began to write under one article, as this browser keeps it. Reading the public
// list tells nobody whose a comment is, so what is not kept here is nobody's.
import { readRecord, write } from "../embed/storage.js"

// A shared cache between us and the server may be this old, and not know the reader's own act yet.
const CACHED_MS = 35000
// So long a comment that waits for an editor is shown to who wrote it.
const REVIEW_MS = 864e5

// `all_()` answers what is kept by comment id or by a draft's name; `keep_(name)` forgets one.
export function recordOf(site, article) {
  const key = `readback:${site}:${article}:comments`
  return {
    all_: () => readRecord(key),
    keep_: (name, value) => write(key, JSON.stringify({ ...readRecord(key), [name]: value })),
  }
}

// A comment from the list, with what this reader did to it.
export function withOwn(comment, own, now) {
  const { seq, up, edit_until } = own ?? {}
  return { ...comment, ...(now - own?.keptAt < CACHED_MS && own), seq, up, edit_until }
}

// This reader's own that are not in the list: held ones, and new ones that a cache does not know.
export const unlisted = (kept, listed, now) =>
  Object.values(kept).filter(
    ({ id, state, edit_until, keptAt }) =>
      edit_until &&
      state !== "deleted" &&
      now - keptAt < (state === "held" ? REVIEW_MS : CACHED_MS) &&
      !listed.includes(id),
  )
