// The wording as it is typed: what readers will see, what was changed, and a search that needs no new page.
const form = document.querySelector("[data-wording]")
const find = document.querySelector("[data-find]")
const examples = Object.entries(JSON.parse(form.dataset.examples))
const texts = [...form.querySelectorAll("[data-text]")]
const changes = form.querySelector("[data-changes]")

form.querySelector("[data-preview-button]").hidden = true
document.querySelector("[data-find-button]").hidden = true

const inputOf = (text) => text.querySelector("input")

function show(text) {
  const input = inputOf(text)
  const own = input.value.trim()
  let sample = (own || input.placeholder).replaceAll("{n}", text.dataset.number)
  for (const [name, example] of examples) sample = sample.replaceAll(`{${name}}`, example)
  text.querySelector("[data-sample] bdi").textContent = sample
  text.querySelector("[data-sample]").hidden = !own && sample === input.placeholder
  text.querySelector("[data-changed]").hidden = own === text.dataset.stored
  text.querySelector("[data-default]").hidden = !own
}

function count() {
  const changed = texts.filter((text) => inputOf(text).value.trim() !== text.dataset.stored).length
  changes.hidden = !changed
  changes.textContent = changed === 1 ? "1 text changed" : `${changed} texts changed`
}

function search() {
  const wanted = find.value.trim().toLowerCase()
  for (const text of texts) {
    const words = `${text.dataset.words} ${inputOf(text).value}`.toLowerCase()
    text.hidden = !words.includes(wanted)
  }
  for (const group of form.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-text]:not([hidden])")
  }
  document.querySelector("[data-none]").hidden = texts.some((text) => !text.hidden)
}

form.addEventListener("input", (event) => {
  const text = event.target.closest("[data-text]")
  if (!text) return
  show(text)
  count()
})

form.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-default]")
  if (!pressed) return
  event.preventDefault()
  const text = pressed.closest("[data-text]")
  inputOf(text).value = ""
  show(text)
  count()
  inputOf(text).focus()
})

find.addEventListener("input", search)
find.form.addEventListener("submit", (event) => event.preventDefault())
texts.forEach(show)
count()
