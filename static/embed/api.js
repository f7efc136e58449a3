// The requests. Nothing here knows an element or keeps a state.
const TIMEOUT_MS = 5000

export const pause = (ms) => new Promise((done) => setTimeout(done, ms))

// The JSON answered. Throws a refusal as an object: `status`, `code`, `wait` (its Retry-After, s) and what else it
// says; an Error without a status when there was no answer in time, or it was no JSON.
export async function ask(url, options) {
  const answer = await fetch(url, {
    credentials: "omit",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
  })
  const { ok, status, headers } = answer
  const body = await answer.json().catch((problem) => {
    if (ok) throw problem
  })
  if (ok) return body
  throw { status, wait: +headers.get("Retry-After"), ...body, ...body?.error }
}

// A string is sent as text/plain, which needs no preflight; keepalive lets a click outlive its page.
export const post = (url, value) =>
  ask(url, { method: "POST", body: JSON.stringify(value), keepalive: true })
