// One reader of a site in this browser: a nonce made at the first act, then the server's token for it.
import { read, write } from "./storage.js"

const newNonce = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .slice(0, 22)

// What `send({ token })` answers or, the first time, `send({ nonce })`, whose token is kept.
// The nonce is kept before it is sent and after: a retry, and the next token when this one has run out, are
// the same reader. Two tabs that act at once for the first time become one: the second waits for the first.
export function identified(site, send) {
  const tokenKey = `readback:${site}:token`
  const nonceKey = `readback:${site}:nonce`
  const act = async () => {
    const token = read(tokenKey)
    if (!read(nonceKey)) write(nonceKey, newNonce())
    try {
      const answer = await send(token ? { token } : { nonce: read(nonceKey) })
      if (answer.token) write(tokenKey, answer.token)
      return answer
    } catch (problem) {
      if (problem.status === 401) write(tokenKey, "")
      throw problem
    }
  }
  if (read(tokenKey)) return act()
  // On http: there are no locks, and where storage is denied they throw: then there is only this tab's word.
  const locked = navigator.locks?.request(tokenKey, act)
  return locked?.catch((problem) => (problem.name === "SecurityError" ? act() : Promise.reject(problem))) ?? act()
}
