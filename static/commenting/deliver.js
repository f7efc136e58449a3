// One act of a reader, sent until it is taken or refused.
import { post } from "../embed/api.js"
import { identified } from "../embed/identity.js"
import { pay } from "../embed/work.js"

const TRIES = 3
const FIRST_PAUSE_MS = 300 // doubled with each try

// The server's answer; throws its refusal. Each act may be sent twice without harm: a new comment has a draft's name,
// a vote its seq. `say(name)`: a string for the reader while it takes time.
export async function deliver(url, fields, say) {
  for (let tries = 1; ; tries++) {
    try {
      return await identified(fields.site, (who) => post(url, { ...fields, ...who }))
    } catch (problem) {
      const { status, wait, challenge } = problem
      if (!status && !navigator.onLine) {
        say("waiting")
        await new Promise((done) => addEventListener("online", done))
      } else if (status === 428 && !fields.hold) await pay(fields, challenge, tries, say)
      else if (tries > TRIES || (status < 500 && status !== 401)) throw problem
      // 401: the token is forgotten, and the nonce gets a new one.
      else await new Promise((done) => setTimeout(done, wait * 1000 || FIRST_PAUSE_MS * 2 ** tries))
    }
  }
}
