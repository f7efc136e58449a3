// Proof of work: WebCrypto derives off the main thread, so the page stays free between tries.
import { jsonOf } from "./dom.js"

// A phone has its answer within five seconds: a proof that is dearer, or takes longer, is not worth the wait.
const MOST_COST = 2500
const WORK_MS = 1500 // of the second proof, as the price may rise meanwhile; the first has twice that, and a third none

const bytesOf = (hex) => new Uint8Array(hex.match(/../g).map((pair) => `0x${pair}`))
export const hexOf = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, 0)).join("")

// Adds to an act what its challenge asks for: a proof; or `hold` where that takes too long, or this page may not use
// WebCrypto. `tries`: how often the act was sent. `say(name)`: a string for the reader while it takes time.
export async function pay(act, challenge, tries, say) {
  say("checking")
  const untilMs = Date.now() + WORK_MS * (3 - tries)
  const { subtle } = crypto
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters
  act.pow = undefined
  for (
    let counter = 0;
    !act.pow && subtle && cost <= MOST_COST && Date.now() < untilMs;
    counter++
  ) {
    const key = await subtle.importKey(
      "raw",
      bytesOf(nonce + counter.toString(16).padStart(8, 0)),
      "PBKDF2",
      false,
      ["deriveBits"],
    )
    const derivedKey = hexOf(
      await subtle.deriveBits(
        { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: cost },
        key,
        keyLength * 8,
      ),
    )
    if (derivedKey.startsWith(keyPrefix))
      act.pow = btoa(jsonOf({ challenge, solution: { counter, derivedKey } }))
  }
  act.hold = !act.pow
}
