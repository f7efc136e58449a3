// What the page's own markup and libraries cannot change: <img name=currentScript> hides
// document.currentScript, and Prototype.js gives an array a toJSON that answers a string.

// A property of the document, as the browser defines it.
export const ofDocument = (name) => Reflect.get(Document.prototype, name, document)

export const query = (selector) => [...ofDocument("querySelectorAll").call(document, selector)]

export const create = (tag) => ofDocument("createElement").call(document, tag)

// The holder of a value still has it when its toJSON has answered something else.
export const jsonOf = (value) =>
  JSON.stringify(value, function (key) {
    return this[key]
  })
