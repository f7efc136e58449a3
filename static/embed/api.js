// The requests. Nothing here knows an element or keeps a state.
import { jsonOf } from "./dom.js"

const TIMEOUT_MS = 5000

// What the tag says: the address that the API is below, and the site of elements that name none.
export const api = {}

// The JSON answered. Throws a refusal as an object: `status`, `code`, `wait` (its Retry-After, s) and what else it
// says; an Error without a status when there was no answer in time, or it was no JSON.
export const ask = async (url, options) => {
  const answer = await fetch(url, {
    credentials: "omit",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
  })
  if (answer.ok) return answer.json()
  const body = await answer.json().catch(() => {})
  throw {
    status: answer.status,
    wait: +answer.headers.get("Retry-After"),
    ...body,
    ...body?.error,
  }
}

// A string is sent as text/plain, which needs no preflight; keepalive lets a click outlive its page.
export const post = (url, value) =>
  ask(url, { method: "POST", body: jsonOf(value), keepalive: true })
