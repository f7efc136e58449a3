// The crosshair of a chart, by mouse, finger and keys. The legend is the readout: it shows the values
// of the hour or day under the line, and those of the whole chart otherwise. The page is whole without it.

const counted = (n) => n.toLocaleString("en")
const LEAST_SHARE = 5 // votes: below, one reader would move a share by 20 points

// Return the slot that a key leads to; null to leave, undefined if the key means nothing here.
export function slotAfter(key, slot, last) {
  if (key === "Escape") return null
  if (key === "Home") return 0
  if (key === "End") return last
  const steps = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageUp: -24,
    PageDown: 24,
  }
  if (!(key in steps)) return undefined
  if (slot === null) return steps[key] > 0 ? 0 : last
  return Math.min(last, Math.max(0, slot + steps[key]))
}

export function shareText(votes, all) {
  return all < LEAST_SHARE ? "" : `${Math.round((votes / all) * 100)}\u202f%`
}

class Chart {
  #root
  #slot = null

  constructor(root) {
    this.#root = root
    const plot = root.querySelector(".chart__plot")
    plot.addEventListener("pointermove", (event) => this.#follow(event))
    plot.addEventListener("pointerdown", (event) => this.#follow(event))
    plot.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && document.activeElement !== plot) this.#show(null)
    })
    plot.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      const slot = slotAfter(event.key, this.#slot, this.#data.rows.length - 1)
      if (slot === undefined) return
      event.preventDefault()
      this.#show(slot)
    })
    plot.addEventListener("blur", () => this.#show(null))
    this.refresh()
  }

  get #data() {
    return JSON.parse(this.#root.dataset.chart)
  }

  // The server's figures are in the page again: remember them, and go on reading out.
  refresh() {
    const plot = this.#root.querySelector(".chart__plot")
    plot.tabIndex = 0
    plot.setAttribute("role", "slider")
    plot.setAttribute("aria-label", "Read the chart: arrow keys, Home and End")
    plot.setAttribute("aria-valuemin", "0")
    for (const element of this.#texts()) element.dataset.whole = element.textContent
    this.#show(this.#slot)
  }

  #texts() {
    return this.#root.querySelectorAll(
      "[data-when],[data-sum],[data-leading],[data-votes],[data-share],[data-doubted]",
    )
  }

  #follow(event) {
    const box = event.currentTarget.getBoundingClientRect()
    const last = this.#data.rows.length - 1
    const slot = Math.floor(((event.clientX - box.left) / box.width) * (last + 1))
    this.#show(Math.min(last, Math.max(0, slot)))
  }

  #show(slot) {
    const { labels, rows, doubted, doubt, tops, leading } = this.#data
    this.#slot = slot === null ? null : Math.min(slot, rows.length - 1)
    slot = this.#slot
    const cross = this.#root.querySelector(".chart__cross")
    const plot = this.#root.querySelector(".chart__plot")
    this.#root.classList.toggle("chart--read", slot !== null)
    cross.hidden = slot === null
    plot.setAttribute("aria-valuemax", String(rows.length - 1))
    plot.setAttribute("aria-valuenow", String(slot ?? 0))
    if (slot === null) {
      for (const element of this.#texts()) element.textContent = element.dataset.whole
      plot.setAttribute("aria-valuetext", this.#root.querySelector("[data-when]").textContent)
      return
    }
    cross.style.insetInlineStart = `${((slot + 0.5) / rows.length) * 100}%`
    cross.style.setProperty("--top", `${tops[slot]}%`)
    const all = rows[slot].reduce((sum, votes) => sum + votes, 0)
    const unit = this.#root.dataset.unit + (all === 1 ? "" : "s")
    this.#root.querySelector("[data-when]").textContent = labels[slot]
    this.#root.querySelector("[data-sum]").textContent = `${counted(all)} ${unit}`
    this.#root.querySelector("[data-leading]").textContent = leading[slot]
      ? `, ${leading[slot]}`
      : ""
    const said = [labels[slot], `${counted(all)} ${unit}`]
    if (leading[slot]) said.push(leading[slot])
    this.#root.querySelectorAll("li:has([data-votes])").forEach((row, at) => {
      const votes = rows[slot][at]
      row.querySelector("[data-votes]").textContent = counted(votes)
      row.querySelector("[data-share]").textContent = shareText(votes, all)
      if (votes) said.push(`${row.firstElementChild.textContent} ${counted(votes)}`)
    })
    const inDoubt = this.#root.querySelector("[data-doubted]")
    if (inDoubt) {
      inDoubt.textContent = counted(doubted[slot])
      if (doubted[slot]) said.push(`${counted(doubted[slot])} ${doubt}`)
    }
    plot.setAttribute("aria-valuetext", said.join(", "))
  }
}

const charts = new WeakMap()

function start() {
  for (const root of document.querySelectorAll("[data-chart]")) {
    if (charts.has(root)) charts.get(root).refresh()
    else charts.set(root, new Chart(root))
  }
}

if (globalThis.document) {
  start()
  document.addEventListener("readback:patched", start)
}
