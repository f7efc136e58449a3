// The page's localStorage; where that is denied or full, as long as the page lives. Other scripts write
// there too, and clocks can be set back, so the code that reads a record checks each field that can do harm.

// A shared cache between us and the server may be this old, and not know the reader's own act yet.
const CACHED_MS = 35000
// Of a count or a seq. It is far below the server's largest, so that a wrong seq can still be overtaken.
export const MOST = 2 ** 30 - 1

// A plain object where there is no other: only this page sees it, and both scripts of it are one reader.
window.__readback ??= {}
export let store = window.__readback
try {
  store = localStorage ?? store
} catch {} // denied

export const write = (key, value) => {
  try {
    store[key] = value
  } catch {
    store = { ...store, [key]: value } // full
  }
}

// A record kept as JSON; an empty one where there is none, or somebody else's.
export const readRecord = (key) => {
  try {
    return JSON.parse(store[key]) ?? {}
  } catch {
    return {}
  }
}

export const isCount = (value) => (value & MOST) === value

// Whether the server answered the reader's own act at this time, and a cache may not know it yet. A clock may have
// been ahead then, so that a time to come is no fresher than one that is over.
export const isFresh = (at, limit = CACHED_MS) => Math.abs(Date.now() - at) < limit
