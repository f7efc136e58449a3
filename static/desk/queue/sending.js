// Forms of the queue as requests: one after the other, in the order of the keys that were pressed.

let last = Promise.resolve()

// Send the fields, and return the answer: what was done, and each comment as it is now.
// A refusal or a lost connection rejects with what to tell the editor.
export function send(url, fields) {
  last = last.then(
    () => post(url, fields),
    () => post(url, fields),
  )
  return last
}

async function post(url, fields) {
  let answer
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams([["csrf_token", token()], ...fields]),
      redirect: "error",
    })
  } catch {
    throw new Error("The server cannot be reached, so this may not be saved. Try again.")
  }
  const body = await answer.json().catch(() => ({}))
  if (answer.status === 401) throw new Error("You are signed out. Sign in, then do it again.")
  if (!answer.ok) {
    throw new Error(body.error?.message ?? "Something went wrong on our side. Try again.")
  }
  // A page that is open all day keeps a token that is good for hours.
  for (const input of document.querySelectorAll("[name=csrf_token]")) input.value = body.token
  return body
}

function token() {
  return document.querySelector("[name=csrf_token]").value
}
