// A label session without reloads: an answer is sent, and the page that the server answers with is
// put in place of this one. Without this script the same forms post.

import { bodyOf } from "./html.js"
import { patch } from "./live.js"
import { listen } from "./queue/keyboard.js"

let isBusy = false // a key pressed now would answer a comment that nobody has read

const find = (selector) => document.querySelector(selector)

async function send(form, button) {
  isBusy = true
  const fields = new URLSearchParams(new FormData(form))
  if (button.name) fields.set(button.name, button.value)
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null)
  const fresh = answer?.ok
    ? bodyOf(await answer.text()).querySelector("main:has([data-session])")
    : null
  // Signed out, the store is away, or no connection: the browser shows what the server says, and
  // keeps the answer. Sending it twice is one label.
  if (!fresh) {
    form.dataset.plain = ""
    form.requestSubmit(button)
    return
  }
  show(fresh, button)
  history.replaceState(null, "", answer.url)
  isBusy = false
}

function show(fresh, button) {
  const before = find("[data-comment]").dataset.comment
  const keys = find("#keys-on").checked
  patch(find("main"), fresh)
  find("#keys-on").checked = keys
  const comment = find("[data-comment]")
  if (comment.dataset.comment === before) return
  scrollTo(0, 0)
  comment.focus({ preventScroll: true })
  const name = button.querySelector(".pad__name")?.textContent
  find("[data-said]").textContent = [
    name ? `Stored as ${name.toLowerCase()}.` : "Back.",
    find("#count").textContent,
  ].join(" ")
}

document.addEventListener("submit", (event) => {
  const form = event.target
  if (!form.matches("[data-answers], [data-back]") || "plain" in form.dataset) return
  event.preventDefault()
  if (!isBusy) send(form, event.submitter)
})

function press(selector) {
  return () => {
    const button = isBusy ? null : find(selector)
    button?.click()
  }
}

listen(
  {
    1: press("[data-key='1']"),
    2: press("[data-key='2']"),
    3: press("[data-key='3']"),
    0: press("[data-key='0']"),
    z: press("[data-back] button"),
  },
  [],
)
