// A page for the modules under test, whose storage, network and clock the test controls.
import { mock } from "node:test"
import { api } from "../../static/embed/api.js"

// The scripts import the solver from beside themselves.
api.url_ = new URL("../../static/dist/v1/", import.meta.url).href

globalThis.window = globalThis
globalThis.origin = "https://news.example"

// The modules look it up once, as they are loaded after this one; each page puts its own behind it.
let stored
Object.defineProperty(globalThis, "localStorage", {
  value: new Proxy(
    {},
    {
      get: (_, key) => (key === "getItem" ? (name) => stored.get(name) : stored.get(key)),
      set: (_, key, value) => Boolean(stored.set(key, String(value))),
    },
  ),
})

export function newPage({ storage = new Map() } = {}) {
  stored = storage
  const sent = []
  const answers = []
  const page = { sent, answers, storage, online: true, listeners: new Map() }
  Object.defineProperty(globalThis, "navigator", {
    configurable: true,
    value: {
      get onLine() {
        return page.online
      },
    },
  })
  globalThis.addEventListener = (name, then) => page.listeners.set(name, then)
  globalThis.fetch = async (_, options) => {
    const body = JSON.parse(options.body)
    sent.push(body)
    const answer = await (answers.shift() ?? taken)(body)
    if (answer instanceof Error) throw answer
    const { status = 200, headers = {}, ...json } = answer
    return { ok: status < 400, status, headers: new Headers(headers), json: async () => json }
  }
  return page
}

export const TOKEN = `${"t".repeat(22)}.time.signature`

// The response of the server to a counted vote.
export const taken = ({ reaction, seq, token }) => ({
  choice: reaction,
  seq,
  counts: { love: 1, sad: 0 },
  total: 1,
  open: true,
  ...(!token && { token: TOKEN }),
})

export const refusal =
  (status, code, more = {}) =>
  () => ({ status, error: { code }, ...more })
export const unreachable = () => new TypeError("Failed to fetch")

// Wait until promises and the timers they set have run.
export async function settle() {
  for (let i = 0; i < 200; i++) {
    await Promise.resolve()
    if (i % 10 === 9) mock.timers.tick(60_000)
  }
}
