// The rows of a form of choices, moved, added and retired in the page as the server does it without script.
// Afterwards the form says "input", which preview.js hears.
const form = document.querySelector("form[data-question-form]")
const part = form.querySelector("[data-choices]")
const offered = part.querySelector("[data-offered]")
const retired = part.querySelector("[data-retired]")
const model = part.querySelector("[data-new-choice]")
const add = part.querySelector("[data-add]")
const most = Number(part.dataset.most)
const isNew = Boolean(form.querySelector("[name=poll_key]"))

const FIELDS = ["key", "retired", "emoji", "label"]
const BUTTONS = ["up", "down", "retire", "restore"]

const field = (row, name) => row.querySelector(`[name^="${name}-"]`)
const button = (row, act) => row.querySelector(`button[value^="${act}-"]`)
const rows = () => [...offered.children, ...retired.children]

// Names, order buttons and marks follow from where a row is.
function number() {
  rows().forEach((row, at) => {
    for (const name of FIELDS) {
      const input = field(row, name)
      input.name = `${name}-${at}`
      if (input.id) input.id = input.name
    }
    for (const act of BUTTONS) button(row, act).value = `${act}-${at}`
    if (!field(row, "key").value) entitle(row, `choice ${at + 1}`)
    button(row, "up").disabled = row === offered.firstElementChild
    button(row, "down").disabled = row === offered.lastElementChild
  })
  mark()
  add.disabled = offered.children.length >= most
  part.querySelector("[data-retired-part]").hidden = !retired.children.length
}

// What a new row and its buttons are called.
function entitle(row, what) {
  field(row, "label").placeholder = what.replace("c", "C")
  field(row, "label").ariaLabel = `Label of ${what}`
  field(row, "emoji").ariaLabel = `Emoji of ${what}`
  button(row, "up").ariaLabel = `Move ${what} up`
  button(row, "down").ariaLabel = `Move ${what} down`
  button(row, "retire").ariaLabel = `Remove ${what}`
}

// A row is changed by its words, or if it is no longer between those that were before and after it.
function mark() {
  const kept = [...offered.children].filter((row) => row.dataset.place >= 0)
  const moved = new Set()
  for (const [at, row] of kept.entries()) {
    const next = kept[at + 1]
    if (next && Number(row.dataset.place) > Number(next.dataset.place)) moved.add(row).add(next)
  }
  for (const row of rows()) {
    const { label, emoji, place } = row.dataset
    if (place === undefined) {
      row.querySelector("[data-changed]").hidden = isNew || !field(row, "label").value.trim()
      continue
    }
    const isRetired = row.parentElement === retired
    const isSame = field(row, "label").value === label && field(row, "emoji").value === emoji
    const isUnchanged = isRetired ? place === "-1" : place !== "-1" && isSame && !moved.has(row)
    row.querySelector("[data-changed]").hidden = isUnchanged
  }
}

function retire(row, isRetired) {
  row.classList.toggle("choice--retired", isRetired)
  field(row, "retired").disabled = !isRetired
  for (const name of ["emoji", "label"]) field(row, name).readOnly = isRetired
  ;(isRetired ? retired : offered).append(row)
}

const acts = {
  up: (row) => {
    row.previousElementSibling?.before(row)
    return button(row, "up")
  },
  down: (row) => {
    row.nextElementSibling?.after(row)
    return button(row, "down")
  },
  retire: (row) => {
    const next = row.nextElementSibling ?? row.previousElementSibling
    if (field(row, "key").value) retire(row, true)
    else row.remove()
    return next ? field(next, "label") : add
  },
  restore: (row) => {
    if (offered.children.length < most) retire(row, false)
    return field(row, "label")
  },
  add: () => {
    offered.append(model.content.cloneNode(true))
    return field(offered.lastElementChild, "label")
  },
}

part.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[name=act]")
  if (!pressed) return
  event.preventDefault()
  const goOnAt = acts[pressed.value.split("-")[0]](pressed.closest("[data-choice]"))
  number()
  // A button at the end of its way is disabled; the other one of the pair goes on.
  const place = goOnAt.disabled ? goOnAt.parentElement.querySelector(":enabled") : goOnAt
  ;(place ?? add).focus()
  form.dispatchEvent(new Event("input"))
})

// A label is one line, however wide: Enter goes on to the next row, and from the last one adds another.
part.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.localName !== "textarea") return
  event.preventDefault()
  const next = event.target.closest("[data-choice]").nextElementSibling
  if (next) field(next, "label").focus()
  else add.click()
})

const grows = CSS.supports("field-sizing", "content")
const fit = (label) => {
  label.style.height = "auto"
  label.style.height = `${label.scrollHeight + 2}px`
}

part.addEventListener("input", (event) => {
  if (!grows && event.target.localName === "textarea") fit(event.target)
  mark()
})

// Without script the server wrote this form; with it, what a browser kept from before a reload is shown too.
number()

// The key of a new question follows its words, until an editor types another one.
const key = form.querySelector("[name=poll_key]")
if (key) {
  const question = form.elements.question
  const shown = form.querySelector("[data-key-shown]")
  const small = new Set(form.dataset.smallWords.split(" "))
  const taken = new Set(form.dataset.taken.split(" "))
  const MOST_CHARS = 32

  // As domain/forms/polls.py makes it.
  const stem = () => {
    const plain = question.value
      .normalize("NFKD")
      .replace(/[^\0-\x7f]/g, "")
      .toLowerCase()
    const all = plain.match(/[a-z0-9]+/g) ?? []
    const telling = all.filter((word) => !small.has(word))
    const words = telling.length ? telling : all
    while (words.length > 1 && words.join("-").length > MOST_CHARS) words.pop()
    return words.join("-").slice(0, MOST_CHARS) || "question"
  }
  const made = () => {
    const first = stem()
    let found = first
    for (let n = 2; taken.has(found); n += 1) {
      found = `${first.slice(0, MOST_CHARS - `-${n}`.length)}-${n}`
    }
    return found
  }
  let isTyped = Boolean(key.value) && key.value !== made()
  const follow = () => {
    if (!isTyped) key.value = question.value.trim() ? made() : ""
    shown.textContent = key.value || "made from the question"
  }
  key.addEventListener("input", () => {
    isTyped = Boolean(key.value.trim())
    shown.textContent = key.value || made()
  })
  question.addEventListener("input", follow)
  follow()
}
