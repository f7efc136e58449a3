// What is known of one article, and how each thing that happens changes it. Pure.
//
// A state is the server's last answers (article, counts, total, open, choice, seq) and, beside them, `wanted`: the
// reader's click until the server has taken it (undefined: nothing under way; null: to be taken back), and `set_`:
// question, choices, strings, lang and dir. What is shown is derived from both, so that taking a click back
// is forgetting `wanted`.

// A shared cache between us and the server may be this old, and not know the reader's own vote yet.
const CACHED_MS = 35000
const FOREIGN = 403

export const initial = {
  counts: {},
  open: true,
  choice: null,
  seq: 0,
  ownAt: 0, // when the server last answered this reader's own vote
  message_: "", // the string shown in the note; "" shows the total
}

// A page without an origin, as a sandboxed frame is, may look on.
export const foreign = { ...initial, status: FOREIGN }

// Counts from a poll or a page's first look.
export const figured = (state, set, figures, now) => ({
  ...state,
  ...figures,
  ...(now - state.ownAt < CACHED_MS && { counts: state.counts }),
  set_: set,
})

// This reader's last word as it was kept, by an earlier page or by another tab.
export const recalled = (state, { counts, ...kept }, now) => ({
  ...state,
  choice: null,
  wanted: undefined,
  ...kept,
  ...(now - kept.ownAt < CACHED_MS && { counts }),
})

export const clicked = (state, key) =>
  canClick(state)
    ? { ...state, message_: "", wanted: key === shownChoice(state) ? null : key }
    : state

// The server's answer to `wanted`. A newer click goes on wanting.
export const counted = (state, wanted, answer, now) => ({
  ...state,
  ...answer,
  ownAt: now,
  message_: answer.held ? "held" : "",
  wanted: state.wanted === wanted ? undefined : state.wanted,
})

// The server's refusal, which may bring the counts; its `code` is also the string that says so.
export const refused = (state, problem) => ({
  ...state,
  ...problem,
  wanted: undefined,
  message_:
    problem.status === FOREIGN ? "" : state.set_.strings[problem.code] ? problem.code : "failed",
})

export const canClick = ({ set_, open, status }) => !!set_ && open && status !== FOREIGN

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
