// Proof of work, in a module that the other scripts import at the first challenge: few readers ever meet one.
// WebCrypto derives off the main thread, so the page stays free between tries.
import { jsonOf } from "../embed/dom.js"
import { bytesOf, hexOf } from "../embed/hex.js"

// A phone has its answer within five seconds: a proof that is dearer is not worth the wait.
const MOST_COST = 2500

// Of the second proof, as the price may rise meanwhile; the first has twice that, and a third none.
const WORK_MS = 1500

// The proof that a challenge asks for, as it is sent; undefined where that takes too long, or this page may not use
// WebCrypto. `tries`: how often the act was sent.
export async function prove(challenge, tries) {
  const solution = await solve(challenge.parameters, Date.now() + WORK_MS * (3 - tries))
  return solution && btoa(jsonOf({ challenge, solution }))
}

// The counter and the key that solve a challenge.
async function solve({ nonce, salt, cost, keyLength, keyPrefix }, untilMs) {
  const { subtle } = crypto
  if (!subtle || cost > MOST_COST) return
  for (let counter = 0; Date.now() < untilMs; counter++) {
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
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey }
  }
}
