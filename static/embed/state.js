// What is known of one article, and how each thing that happens changes it. Pure.
//
// `choice` and `counts` are the server's word; `wanted` is the reader's click until the server has taken it.
// What is shown is derived from both, so that taking a click back is forgetting `wanted`.

// A shared cache between us and the server may be this old, and not know the reader's own vote yet.
const CACHED_MS = 35000

export const initial = {
  id: null, // the article as the server names it
  set: null, // question, choices, strings, lang, dir
  counts: {},
  open: true,
  choice: null,
  wanted: undefined, // undefined: nothing under way; null: to be taken back
  ownAt: 0, // when the server last answered this reader's own vote
  message: "", // the string that stands in the note; "" shows the total
  readOnly: false,
}

// Counts from a poll or a page's first look.
export const figured = (state, set, { article, counts, open }, now) => ({
  ...state,
  set,
  id: article,
  ...(now - state.ownAt > CACHED_MS && { counts, open }),
})

// This reader's last word as it was kept, by an earlier page or by another tab.
export const recalled = (state, { choice = null, wanted, counts, ownAt }) => ({
  ...state,
  choice,
  wanted,
  ...(counts && { counts, ownAt }),
})

export const clicked = (state, key) =>
  canClick(state) ? { ...state, message: "", wanted: key === shownChoice(state) ? null : key } : state

// The server's answer to `wanted`. A newer click goes on wanting.
export const counted = (state, wanted, { choice, counts, open, held }, now) => ({
  ...state,
  choice,
  counts,
  open,
  ownAt: now,
  message: held ? "held" : "",
  wanted: state.wanted === wanted ? undefined : state.wanted,
})

// The server's refusal, which may bring the counts; `code` is also the string that says so.
export const refused = (state, status, code, { counts = state.counts, open = state.open } = {}) => ({
  ...state,
  counts,
  open,
  wanted: undefined,
  readOnly: status === 403, // a translated or copied page may look on
  message: status === 403 ? "" : state.set.strings[code] ? code : "failed",
})

export const canClick = ({ set, open, readOnly }) => !!set && open && !readOnly

export const shownChoice = ({ choice, wanted }) => (wanted === undefined ? choice : wanted)

// Counts with the click that is under way.
export function shownCounts(state) {
  const counts = { ...state.counts }
  const shown = shownChoice(state)
  if (shown !== state.choice) {
    if (counts[state.choice]) counts[state.choice]--
    if (shown) counts[shown] = (counts[shown] ?? 0) + 1
  }
  return counts
}

export const sum = (counts) => Object.values(counts).reduce((total, n) => total + n, 0)
