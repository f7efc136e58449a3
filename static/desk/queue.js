// Keys for the list of comments. Each presses a button or follows a link that is there anyway; none
// is needed, none works while something is typed, and all can be turned off.

const OFF = "readback-keys-off"
const form = document.querySelector("[data-queue]")
const keys = document.getElementById("keys")
const on = document.getElementById("keys-on")
const cases = [...document.querySelectorAll("[data-comment]")]

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

const current = () => document.activeElement?.closest("[data-comment]")

function go(step) {
  const at = cases.indexOf(current())
  const next = at < 0 ? (step > 0 ? 0 : -1) : at + step
  const target = cases[next]
  if (!target) return
  target.focus({ preventScroll: true })
  target.scrollIntoView({ block: "nearest" })
}

function press(act) {
  current()?.querySelector(`[data-act="${act}"]`)?.click()
}

const ACTS = {
  j: () => go(1),
  k: () => go(-1),
  p: () => press("publish"),
  h: () => press("hide"),
  d: () => press("delete"),
  o: () => press("open"),
  x: () => current()?.querySelector("[name=comment]").click(),
  u: () => document.querySelector('[data-act="undo"]')?.click(),
  "/": () => document.getElementById("q").focus(),
  "?": () => keys.showModal(),
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.repeat && !"jk".includes(event.key)))
    return
  if (
    event.defaultPrevented ||
    event.isComposing ||
    keys.open ||
    !on.checked ||
    isTyping(event.target)
  )
    return
  const act = ACTS[event.key]
  if (!act) return
  event.preventDefault()
  act()
})

on.checked = !kept()
on.addEventListener("change", () => kept(!on.checked))
const show = document.querySelector("[data-keys]")
show.hidden = false
show.addEventListener("click", () => keys.showModal())
keys.querySelector("[data-close]").addEventListener("click", () => keys.close())

// An act answers with the page at the comment that followed: go on from there.
const following = document.getElementById(location.hash.slice(1))
if (cases.includes(following)) following.focus({ preventScroll: true })

const all = document.querySelector("[data-all]")
if (form && all) {
  const boxes = [...form.querySelectorAll("[name=comment]")]
  const box = all.querySelector("input")
  all.hidden = false
  // Enter in a checkbox would send the form.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault()
  })
  form.addEventListener("change", (event) => {
    if (event.target === box) for (const one of boxes) one.checked = box.checked
    const checked = boxes.filter((one) => one.checked).length
    box.checked = checked === boxes.length
    box.indeterminate = checked > 0 && checked < boxes.length
  })
}
