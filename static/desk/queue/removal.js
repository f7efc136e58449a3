// The reasons to remove comments: beside the list, or a sheet at the bottom of a small screen.

const NARROW = matchMedia("(max-width: 60rem)")

export class Removal {
  #dialog
  #confirmed
  #back = null
  #isAppeal = false

  // `confirmed` is called with the fields of the reason when the editor has chosen one, and with what
  // puts them back if nothing could be done with them.
  constructor(dialog, confirmed) {
    this.#dialog = dialog
    this.#confirmed = confirmed
    dialog.dataset.used = ""
    dialog.close() // it is open for pages without this script
    dialog.querySelector("[data-close]").hidden = false
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
    dialog.addEventListener("close", () => this.#closed())
    dialog.addEventListener("keydown", (event) => this.#key(event))
    dialog.addEventListener("change", () => this.#complain(""))
    // A tap beside the sheet is a tap on its backdrop, which is the dialog itself.
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  }

  get isOpen() {
    return this.#dialog.open
  }

  // `isAppeal`: the removal has its reason already, and only a line to the author may be added.
  open(title, isAppeal) {
    this.#isAppeal = isAppeal
    for (const part of this.#dialog.querySelectorAll("[data-choosing]")) part.hidden = isAppeal
    this.#back = document.activeElement
    this.#dialog.querySelector("[data-title]").textContent = title
    this.#dialog.querySelector("[data-confirm] span").textContent = title
    this.#complain("")
    if (NARROW.matches) this.#dialog.showModal()
    else this.#dialog.show()
    const reasons = this.#reasons
    const first = reasons.find((one) => one.checked) ?? reasons[0]
    ;(isAppeal ? this.#dialog.querySelector("[name=note]") : first).focus()
  }

  close() {
    this.#dialog.close()
  }

  confirm() {
    const reason = this.#reasons.find((one) => one.checked)
    if (!reason && !this.#isAppeal)
      return this.#complain(`Pick a reason: 1 to ${this.#reasons.length}.`)
    const note = this.#dialog.querySelector("[name=note]")
    const erase = this.#dialog.querySelector("[name=erase]")
    const fields = [
      ...(this.#isAppeal ? [] : [["reason", reason.value]]),
      ["note", note.value],
      ...(erase.checked ? [["erase", "1"]] : []),
    ]
    const typed = { note: note.value, erase: erase.checked }
    note.value = ""
    erase.checked = false
    this.#dialog.close()
    this.#confirmed(fields, () => {
      if (note.value) return // another one has been begun
      note.value = typed.note
      erase.checked = typed.erase
    })
  }

  get #reasons() {
    return [...this.#dialog.querySelectorAll("[name=reason]")]
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const isTyping = event.target.matches("[name=note]")
    const numbered = !isTyping && this.#reasons[Number(event.key) - 1]
    if (event.key === "Escape") this.#dialog.close()
    else if (event.key === "Enter" && !event.target.matches("[data-close], a")) this.confirm()
    else if (numbered) {
      numbered.checked = true
      numbered.focus()
      this.#complain("")
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  #complain(words) {
    this.#dialog.querySelector("[data-problem]").textContent = words
  }

  #closed() {
    if (this.#back?.isConnected) this.#back.focus({ preventScroll: true })
  }
}
