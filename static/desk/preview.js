// The question as it is typed, drawn by the code of the real bar, before and after a choice. Its figures are made up.
import { build } from "/static/embed/view.js"
import { draw as drawOn } from "/static/more/draw.js"

const form = document.querySelector("form[data-preview]")
const panel = document.getElementById(form.dataset.preview)
const stage = panel.querySelector("[data-preview-stage]")
const states = panel.querySelector("[data-preview-states]")
const { strings, lang, dir, choices: known } = JSON.parse(panel.dataset.strings)
const madeUp = panel.dataset.madeUp.split(" ").map(Number)
const colors = new Map(known.map(({ key, color }) => [key, color]))
const PLAIN = "#2c6fb3"
const CHOSEN = 1 // the second choice, so that it is seen that it need not lead

form.querySelector("[data-preview-button]").hidden = true
states.hidden = false
const host = document.createElement("readback-preview")
host.className = "preview__bar"
host.setAttribute("layout", panel.dataset.layout)
host.inert = true // it is looked at, not used
stage.replaceChildren(host)

function typed() {
  const found = []
  for (let i = 0; form.elements[`label-${i}`]; i += 1) {
    const [label, emoji, key] = ["label", "emoji", "key"].map(
      (name) => form.elements[`${name}-${i}`].value,
    )
    const isRetired = !form.elements[`retired-${i}`].disabled
    if (!label.trim() || isRetired) continue
    found.push({
      key: key || `new-${i}`,
      label: label.trim(),
      emoji: emoji.trim(),
      color: colors.get(key) ?? PLAIN,
    })
  }
  return found
}

let drawn = ""

function draw() {
  const choices = typed()
  const question = form.elements.question.value.trim() || "Your question"
  const isAfter = states.querySelector(":checked").value === "after"
  line(choices.length)
  const now = JSON.stringify([choices, question, isAfter])
  if (now === drawn) return
  drawn = now
  const counts = Object.fromEntries(choices.map(({ key }, at) => [key, madeUp[at] ?? 0]))
  const chosen = choices[Math.min(CHOSEN, choices.length - 1)]
  const state = {
    set: { question, choices, strings, lang, dir },
    counts,
    choice: isAfter && chosen ? chosen.key : null,
    open: true,
  }
  drawOn(host, state, build(host, choices, () => {})(state))
}

function line(count) {
  const key = form.elements.poll_key
  const named = key && (key.value.trim() || "your-question")
  for (const one of document.querySelectorAll("[data-line-key]")) {
    if (named) one.textContent = named
  }
  for (const one of document.querySelectorAll("[data-line-choices]")) {
    one.textContent = Math.max(2, count)
  }
}

form.addEventListener("input", draw)
states.addEventListener("change", draw)
draw()
