// Bytes as text of two hexadecimal digits each, and back.
export const bytesOf = (hex) => new Uint8Array(hex.match(/../g).map((pair) => `0x${pair}`))

export const hexOf = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, 0)).join("")
