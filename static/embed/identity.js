// One reader of a site in this browser: a nonce made at the first act, then the server's token for it.
import { store, write } from "./storage.js"

const MAX_CHARS = 200 // of a token; a request with somebody else's longer text would be too large

// 22 characters as of 16 bytes in base64url: decimal digits, with 72 bits of chance in them.
const newNonce = () => crypto.getRandomValues(new Uint32Array(22)).join("").slice(0, 22)

// What `send({ token })` answers or, the first time, `send({ nonce })`, whose token is kept.
// The nonce is kept before it is sent and after: a retry, and the next token when this one has run out, are
// the same reader. Two tabs that act at once for the first time become one: the second waits for the first.
export function identified(site, send) {
  const tokenKey = `readback:${site}:token`
  const nonceKey = `readback:${site}:nonce`
  const act = async () => {
    const token = store[tokenKey]?.slice(0, MAX_CHARS)
    const nonce = store[nonceKey]?.slice(0, MAX_CHARS) || newNonce()
    write(nonceKey, nonce)
    try {
      const { token: fresh, ...answer } = await send(token ? { token } : { nonce })
      if (fresh) write(tokenKey, fresh)
      return answer
    } catch (problem) {
      // What the server does not take, or not even read, is forgotten.
      if (problem.status < 402) write(token ? tokenKey : nonceKey, "")
      throw problem
    }
  }
  // On http: there are no locks, and where storage is denied they throw: then there is only this tab's word.
  return (store.getItem && navigator.locks)?.request(tokenKey, act) ?? act()
}
