// The page's localStorage; where that is denied or full, as long as the page lives.
const memory = {}

export const read = (key) => {
  try {
    return localStorage[key] ?? memory[key]
  } catch {
    return memory[key]
  }
}

export const write = (key, value) => {
  memory[key] = value
  try {
    localStorage[key] = value
  } catch {} // memory has it
}

// A record kept as JSON; an empty one where there is none, or somebody else's.
export const readRecord = (key) => {
  try {
    return JSON.parse(read(key)) ?? {}
  } catch {
    return {}
  }
}
