// Keys for the list of comments. Each presses a button or follows a link that is there anyway; none
// is needed, none works while something is typed, and all can be turned off.

const OFF = "readback-keys-off"

// Storage may be closed to us; then the choice lasts as long as the page.
function kept(write) {
  try {
    if (write === undefined) return localStorage.getItem(OFF) === "1"
    write ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF)
  } catch {
    return false
  }
}

function isTyping(target) {
  if (target.isContentEditable || target.matches("select, textarea")) return true
  return target.matches("input") && target.type !== "checkbox"
}

// `deeds` has what each key does; keys of `repeated` do it again while they are held down.
export function listen(deeds, repeated) {
  const on = document.getElementById("keys-on") // an empty list has none
  const isOff = () => (on ? !on.checked : kept())
  if (on) {
    on.checked = !kept()
    on.addEventListener("change", () => kept(!on.checked))
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.repeat && !repeated.includes(event.key)) return
    const isElsewhere = document.querySelector("dialog:modal") !== null
    if (event.defaultPrevented || isElsewhere || isOff() || isTyping(event.target)) return
    const deed = deeds[event.key]
    if (!deed || deed() === false) return
    event.preventDefault()
  })
}
