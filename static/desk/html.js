// The desk's own HTML, as its server escaped it, on its way into a page. The policy is the one door.

const policy = globalThis.trustedTypes?.createPolicy("readback-desk", {
  createHTML: (html) => html,
})

// Return the body of some HTML. Without the tag, a parser drops the white space that it begins with.
export function bodyOf(html) {
  const page = `<body>${html}`
  return new DOMParser().parseFromString(policy ? policy.createHTML(page) : page, "text/html").body
}
