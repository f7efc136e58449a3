// What an act does when the server asks for a proof of work.
import { api } from "./api.js"

// Adds to an act the proof that its challenge asks for; or `hold` where that takes too long, or the page's policy does not
// allow the solver. `tries`: how often the act was sent. `say(name)`: a string for the reader while it takes time.
export const pay = async (act, challenge, tries, say) => {
  say("checking")
  act.pow = await import(`${api.url_}../solver.v1.js`)
    .then(({ prove }) => prove(challenge, tries))
    .catch(() => {})
  act.hold = !act.pow
}
