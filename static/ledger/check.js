// Checks files of a Readback ledger, offline. docs/ledger.md describes them.
const element = (id) => document.getElementById(id)
const ED25519 = { name: "Ed25519" }

function refuse(where, why) {
  throw new Error(`${where}: ${why}.`)
}

// Read base64url in the one form in which it is written.
function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  const again = btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
  return Uint8Array.from(again === text ? raw : "", (c) => c.charCodeAt(0))
}

async function isSigned({ head, body, signature }) {
  const key = await crypto.subtle.importKey("raw", bytes(head.key), ED25519, false, ["verify"])
  return crypto.subtle.verify(ED25519, key, bytes(signature), body)
}

async function hashOf(body) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function* blocks({ name, text }) {
  const lines = text.split("\n")
  if (lines.pop() !== "") refuse(name, "ends within a line, or is empty")
  let began = 0
  for (const [at, line] of lines.entries()) {
    if (at === began || !line.startsWith('{"signature":')) continue
    const where = `${name}, line ${began + 1}`
    const [, signature] = line.match(/^\{"signature":"([\w-]{86})"\}$/) ?? refuse(where, "unsigned")
    const [head, ...stories] = lines.slice(began, at).map((one) => JSON.parse(one))
    const body = new TextEncoder().encode(`${lines.slice(began, at).join("\n")}\n`)
    yield { where, head, stories, body, signature }
    began = at + 1
  }
  if (began < lines.length) refuse(name, `ends within the block that begins in line ${began + 1}`)
}

async function check(files, key, known, story) {
  const hour = ({ text }) => JSON.parse(text.split("\n")[0]).hour
  files.sort((one, other) => (hour(one) < hour(other) ? -1 : 1))
  const found = { key, hour: "", lines: 0, told: [], isKnown: !known }
  for (const block of files.flatMap((file) => [...blocks(file)])) {
    const { where, head, stories, body } = block
    found.first ??= head
    if (head.ledger !== 1) refuse(where, "not the head of a block")
    if (head.site !== found.first.site) refuse(where, "of another site")
    if (head.key !== (found.key || head.key)) refuse(where, `signed with another key, ${head.key}`)
    if (!(await isSigned(block))) refuse(where, "changed since it was signed")
    if (head.before !== (found.last ?? head.before)) refuse(where, "does not follow the one before")
    if (head.hour < found.hour) refuse(where, "its hour is before that of the block before")
    if (head.stories !== stories.length) refuse(where, `has ${stories.length} stories`)
    found.told.push(...stories.filter((one) => one.story === story).map((one) => [head.hour, one]))
    found.lines += stories.length
    found.hour = head.hour
    found.key = head.next_key ?? head.key
    found.last = await hashOf(body)
    found.isKnown ||= found.last === known
  }
  return found.isKnown ? found : refuse("Hash", "no block of these files has it")
}

function show(verdict, why, told = []) {
  const votes = (of = {}) => Object.entries(of).join("; ").replaceAll(",", " ") || "0"
  element("verdict").textContent = verdict
  element("why").textContent = why
  element("table").hidden = !told.length
  element("rows").replaceChildren()
  for (const [hour, { counts, held, aside, entries, gone }] of told) {
    const row = element("rows").insertRow()
    const time = hour.slice(0, 16).replace("T", " ")
    const counted = gone ? `gone: ${gone}` : votes(counts)
    for (const cell of [time, counted, votes(held), votes(aside), entries]) {
      row.insertCell().textContent = cell
    }
  }
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault()
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  const read = async (file) => ({ name: file.name, text: decoder.decode(await file.arrayBuffer()) })
  try {
    const files = await Promise.all(Array.from(element("files").files, read))
    const typed = ["key", "hash", "story"].map((id) => element(id).value.trim())
    const { first, hour, last, lines, told } = await check(files, ...typed)
    const none = typed[2] && !told.length ? "No line is about this story. " : ""
    const what = `${none}${lines} signed lines of ${first.site}, from ${first.hour} to ${hour}.`
    const verdict = `Nothing was changed${typed[0] ? "" : ", if the key is the newsroom's"}`
    show(verdict, `${what}\nKey: ${first.key}\nLast hash: ${last}`, told)
  } catch (problem) {
    if (!crypto.subtle || problem.name === "NotSupportedError") {
      const needs = "It takes Chrome 137, Firefox 129 or Safari 17, and https or a saved copy."
      show("This browser checked nothing", needs)
    } else show("Do not trust these files", problem.message)
  }
})
