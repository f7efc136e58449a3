// One reader of a site in this browser: a nonce made at the first act, then the server's token for it.
import { read, write } from "./storage.js"

const SECURITY_ERR = 18 // of DOMException

// 22 characters as of 16 bytes in base64url, with more than 110 bits of chance in them.
const newNonce = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => (byte % 36).toString(36)).join(
    "",
  )

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
  // On http: there are no locks, and where storage is denied they throw: then there is only this tab's word.
  return (
    navigator.locks?.request(tokenKey, act).catch((problem) => {
      if (problem.code === SECURITY_ERR) return act()
      throw problem
    }) ?? act()
  )
}
