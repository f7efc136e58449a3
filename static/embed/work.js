// Proof of work: WebCrypto derives off the main thread, so the page stays free between tries.
const TRIES = 65536

const bytesOf = (hex) => hex.match(/../g).map((pair) => +`0x${pair}`)
const hexOf = (bytes) => Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("")

// The `pow` field that answers a challenge; undefined where this page may not use WebCrypto.
export async function solve(challenge) {
  const { subtle } = crypto
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters
  const how = {
    name: "PBKDF2",
    hash: "SHA-256",
    salt: new Uint8Array(bytesOf(salt)),
    iterations: cost,
  }
  for (let counter = 0; subtle && counter < TRIES; counter++) {
    const password = new Uint8Array([...bytesOf(nonce), 0, 0, counter >> 8, counter & 255])
    const key = await subtle.importKey("raw", password, how.name, false, ["deriveBits"])
    const derivedKey = hexOf(new Uint8Array(await subtle.deriveBits(how, key, keyLength * 8)))
    if (derivedKey.startsWith(keyPrefix))
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }))
  }
}
