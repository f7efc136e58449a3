// The page's localStorage; where that is denied or full, as long as the page lives. Other scripts write
// there too, and clocks can be set back, so the code that reads a record checks each field that can do harm.

// A shared cache between us and the server may be this old, and not know the reader's own act yet.
export const CACHED_MS = 35000
// Of a count or a seq. It is far below the server's largest, so that a wrong seq can still be overtaken.
export const MOST = 2 ** 30 - 1

// A plain object where there is no other, so that only this page sees it.
export let store = {}
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

// Whether the server answered the reader's own act at this time, and a cache may not know it yet.
export const isFresh = (at, now) => at <= now && now - at < CACHED_MS
