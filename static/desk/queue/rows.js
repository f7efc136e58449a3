// The comments of the list: the current one, the selected ones, and those that an act takes out or
// brings back. It knows no act.

const ROWS = "[data-comment]:not([data-leaving])"

export class Rows {
  #list
  #changed

  // `changed` is called after the current comment or the selection became another.
  constructor(list, changed) {
    this.#list = list
    this.#changed = changed
    list.addEventListener("focusin", (event) => this.#enter(event))
    list.addEventListener("click", (event) => this.#enter(event))
    list.addEventListener("change", () => changed())
  }

  get all() {
    return [...this.#list.querySelectorAll(ROWS)]
  }

  get current() {
    return this.#list.querySelector(`[aria-current]`)
  }

  get selected() {
    return this.all.filter((row) => boxOf(row)?.checked)
  }

  // What an act is about: the selection if there is one, else the current comment.
  get targets() {
    if (this.selected.length) return this.selected
    return this.current ? [this.current] : []
  }

  byId(id) {
    return this.#list.querySelector(`[data-comment="${id}"]`)
  }

  makeCurrent(row, { focus = true } = {}) {
    if (row !== this.current) {
      this.current?.removeAttribute("aria-current")
      row?.setAttribute("aria-current", "true")
    }
    if (row && focus) {
      row.focus({ preventScroll: true })
      row.scrollIntoView({ block: "nearest" })
    }
    this.#changed()
  }

  step(by) {
    const rows = this.all
    const at = rows.indexOf(this.current)
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
    if (next) this.makeCurrent(next)
  }

  toggle(row) {
    const box = boxOf(row)
    if (!box) return
    box.checked = !box.checked
    this.#changed()
  }

  select(rows) {
    for (const row of this.all) {
      const box = boxOf(row)
      if (box) box.checked = rows.includes(row)
    }
    this.#changed()
  }

  // The comment to go on with when these have left: the one after the last, or else before it.
  following(leaving) {
    const rows = this.all
    const last = Math.max(...leaving.map((row) => rows.indexOf(row)))
    const stays = (row) => !leaving.includes(row)
    return rows.slice(last + 1).find(stays) ?? rows.slice(0, last).findLast(stays) ?? null
  }

  // Take rows out of sight while an act is under way. `show` brings them back as they were.
  hide(rows) {
    for (const row of rows) row.dataset.leaving = ""
    this.#changed()
  }

  show(rows) {
    for (const row of rows) delete row.dataset.leaving
    this.#changed()
  }

  remove(id) {
    this.byId(id)?.remove()
    this.#changed()
  }

  // Put in a comment as it is now: in its place, or where it belongs in the order of the list.
  put(id, fresh) {
    const row = document.importNode(fresh, true)
    const old = this.byId(id)
    if (old) {
      if (old.hasAttribute("aria-current")) row.setAttribute("aria-current", "true")
      const hadFocus = old.contains(document.activeElement)
      old.replaceWith(row)
      if (hadFocus) row.focus({ preventScroll: true })
    } else {
      const isNewestFirst = this.#list.dataset.order === "newest"
      const after = [...this.#list.querySelectorAll("[data-comment]")].find((other) =>
        isNewestFirst ? other.dataset.comment < id : other.dataset.comment > id,
      )
      this.#list.insertBefore(row, after ?? null)
    }
    this.#changed()
    return row
  }

  #enter(event) {
    const row = event.target.closest("[data-comment]")
    if (row && row !== this.current) this.makeCurrent(row, { focus: false })
  }
}

export function boxOf(row) {
  return row?.querySelector("[name=comment]") ?? null
}

// Whose comment it is, as the desk shows the name.
export function nameOf(row) {
  return row?.querySelector("[data-name]")?.textContent.trim() ?? ""
}
