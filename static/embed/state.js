// What is known of one article, and how each thing that happens changes it. Pure.
//
// A state is the server's last answers (article, counts, total, open, choice, seq) and, beside them, `wanted`: the
// reader's click until the server has taken it (undefined: nothing under way; null: to be taken back), `ownAt`: when
// the server last answered this reader's own vote, `set`: question, choices, strings, lang and dir, and `message`:
// the string that the note shows instead of the total. What is shown is derived from them, so that taking a click
// back is forgetting `wanted`.
import { isCount, isFresh, MOST } from "./storage.js"

export const initial = { counts: {}, choice: null }

// Counts from a poll or a page's first look.
export const figured = (state, set, figures) => ({
  ...state,
  set_aside: 0,
  ...figures,
  counts: isFresh(state.ownAt) ? state.counts : figures.counts,
  set,
})

// This reader's last word as it was kept, by an earlier page or by another tab: what is of the right kind, and
// nothing else. A wrong `seq` becomes some other number, which the server's answer then corrects.
export const recalled = (state, { choice, wanted, counts, seq, ownAt, held }) => {
  const own = { ...state.counts } // for every choice that is offered
  const isOffered = (key) => own[key] >= 0
  for (const key in own) if (isFresh(ownAt) && isCount(counts?.[key])) own[key] = counts[key]
  return {
    ...state,
    choice: isOffered(choice) ? choice : null,
    wanted: isOffered(wanted ?? choice) ? wanted : undefined,
    counts: own,
    seq: seq & MOST,
    ownAt,
    held,
  }
}

// `wanted`: the choice, or null to take it back.
export const clicked = (state, wanted) => ({ ...state, message: "", wanted })

// The server's answer to `wanted`. A newer click goes on wanting.
export const counted = (state, wanted, answer) => ({
  ...state,
  ...answer,
  ownAt: Date.now(),
  held: answer.held,
  message: answer.held && "held",
  wanted: state.wanted === wanted ? undefined : state.wanted,
})

// The server's refusal, which may bring the counts; its `code` is also the string that says so.
export const refused = (state, problem) => ({
  ...state,
  ...problem,
  again: state.wanted,
  wanted: undefined,
  message: state.set.strings[problem.code] ? problem.code : "failed",
})

// A page of an origin that is not registered may read, and its readers' votes would be refused.
export const isForeign = ({ set }) => set.origins?.includes(origin) === false

export const canClick = (state) => state.open && !isForeign(state)

// Whether the choice is not counted yet: it waits for an editor, for the network or for a proof.
export const isWaiting = ({ held, message, wanted }) => held || (message && wanted !== undefined)

export const shownChoice = ({ choice, wanted }) => (wanted === undefined ? choice : wanted)

export const totalOf = (counts) => {
  let total = 0
  for (const key in counts) total += counts[key]
  return total
}

// Counts with the click that is under way.
export const shownCounts = (state) => {
  const counts = { ...state.counts }
  const shown = shownChoice(state)
  if (shown !== state.choice) {
    if (counts[state.choice]) counts[state.choice]--
    if (shown) counts[shown]++
  }
  return counts
}
