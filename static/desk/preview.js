// The reaction set as it is typed: the same preview that the server draws, kept up to date.
const form = document.querySelector("form[data-preview]")
const preview = document.getElementById(form.dataset.preview)
form.querySelector("[data-preview-button]").hidden = true

function rows() {
  const found = []
  for (let i = 0; form.elements[`label-${i}`]; i += 1) {
    const [offered, label, emoji, order] = ["offered", "label", "emoji", "order"].map(
      (name) => form.elements[`${name}-${i}`],
    )
    const isNew = !form.elements[`key-${i}`].value
    if (!label.value.trim() || !(offered.checked || isNew)) continue
    const place = order.value.trim() === "" ? 1000 + i : Number(order.value)
    found.push({ label: label.value.trim(), emoji: emoji.value.trim(), place, i })
  }
  return found.sort((a, b) => a.place - b.place || a.i - b.i)
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag)
  made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function draw() {
  preview.querySelector(".preview__question").textContent = form.elements.question.value
  preview.querySelector(".preview__choices").replaceChildren(
    ...rows().map(({ label, emoji }) => {
      const choice = element("li", "", { class: "preview__choice" })
      choice.append(
        element("span", emoji, { class: "emoji", "aria-hidden": "true" }),
        element("span", label),
        element("b", "0", { "aria-hidden": "true" }),
      )
      return choice
    }),
  )
}

form.addEventListener("input", draw)
