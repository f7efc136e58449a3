"""What old libraries do to a page, in the few lines that matter to a script beside them."""

# Prototype.js 1.6.0: it mixes Enumerable into arrays, gives values a toJSON, and leaves Element
# without its prototype.
PROTOTYPE = """
Object.extend = function (to, from) { for (var name in from) to[name] = from[name]; return to }
Object.extend(Object, {
  keys: function (object) { var all = []; for (var name in object) all.push(name); return all },
  values: function (object) {
    return Object.keys(object).map(function (name) { return object[name] })
  },
  toJSON: function (value) { return value && value.toJSON ? value.toJSON() : String(value) },
  clone: function (object) { return Object.extend({}, object) }
})
Function.prototype.bind = function () {
  if (arguments.length < 2 && arguments[0] === undefined) return this
  var method = this, given = $A(arguments), context = given.shift()
  return function () { return method.apply(context, given.concat($A(arguments))) }
}
function $A(list) {
  if (!list) return []
  if (list.toArray) return list.toArray()
  var length = list.length || 0, copy = new Array(length)
  while (length--) copy[length] = list[length]
  return copy
}
Array.from = $A
var $break = {}
Object.extend(Array.prototype, {
  each: function (then, context) {
    then = then.bind(context)
    try {
      for (var i = 0; i < this.length; i++) then(this[i], i)
    } catch (e) { if (e !== $break) throw e }
    return this
  },
  map: function (by, context) {
    var all = []
    this.each(function (value, i) { all.push(by.call(context, value, i)) })
    return all
  },
  find: function (by, context) {
    var found
    this.each(function (value, i) {
      if (by.call(context, value, i)) { found = value; throw $break }
    })
    return found
  },
  filter: function (by, context) {
    var all = []
    this.each(function (value, i) { if (by.call(context, value, i)) all.push(value) })
    return all
  },
  include: function (value) { return this.indexOf(value) !== -1 },
  entries: function () { return this.map(function (value) { return value }) },
  toArray: function () { return [].concat(this) },
  reduce: function () { return this.length > 1 ? this : this[0] },
  first: function () { return this[0] },
  last: function () { return this[this.length - 1] },
  clear: function () { this.length = 0; return this },
  toJSON: function () { return "[" + this.map(Object.toJSON).join(", ") + "]" }
})
Object.extend(String.prototype, {
  toJSON: function () { return '"' + this + '"' },
  startsWith: function (start) { return this.indexOf(start) === 0 },
  toArray: function () { return this.split("") }
})
Number.prototype.toJSON = Date.prototype.toJSON = function () { return String(this) }
function Hash(object) { this._object = Object.clone(object) }
Hash.prototype.toJSON = function () { return Object.toJSON(this._object) }
window.Element = function (tag) { return document.createElement(tag) }
Object.extend(HTMLElement.prototype, {
  remove: function () { this.parentNode.removeChild(this); return this },
  update: function (text) { this.innerHTML = text; return this },
  hide: function () { this.style.display = "none"; return this },
  select: function (selector) { return $A(this.querySelectorAll(selector)) },
  visible: function () { return this.style.display !== "none" }
})
"""

# MooTools 1.2.4: its own Element, Document, Event, Request and JSON, and functions that bind an
# array of arguments.
MOOTOOLS = """
function implement(natives, methods) {
  natives.forEach(function (native) {
    for (var name in methods) native.prototype[name] = methods[name]
  })
}
Array.from = function (item) {
  if (item == null) return []
  return item.length === undefined || typeof item == "string" ? [item] : [].slice.call(item)
}
implement([Function], {
  extend: function (more) { for (var name in more) this[name] = more[name]; return this },
  bind: function (context, args) {
    var method = this
    return function () {
      return method.apply(context, args === undefined ? arguments : [].concat(args))
    }
  },
  delay: function (ms, context, args) { return setTimeout(this.bind(context, args), ms) }
})
implement([Array], {
  contains: function (item) { return this.indexOf(item) !== -1 },
  include: function (item) { if (!this.contains(item)) this.push(item); return this },
  flatten: function () { return this.toString().split(",") },
  each: Array.prototype.forEach
})
function Hash(object) { for (var name in object) this[name] = object[name] }
implement([Hash], { extend: Function.prototype.extend, get: function (name) { return this[name] } })
var JSON = new Hash({ stringify: window.JSON.stringify, parse: window.JSON.parse }).extend({
  encode: function (value) {
    return value instanceof Array ? "[" + value.map(JSON.encode) + "]" : '"' + value + '"'
  },
  decode: function (text) { return eval("(" + text + ")") }
})
implement([Hash, Array, String, Number], { toJSON: function () { return JSON.encode(this) } })
function native(name, prototype) {
  var made = function (tag) { return document.createElement(tag) }
  if (prototype) { made.prototype = prototype; prototype.constructor = made }
  window[name] = made
}
native("Element", Element.prototype)
native("Document", Document.prototype)
native("Event")
native("Request")
implement([Element, Document], {
  getElement: function (selector) { return this.querySelector(selector) },
  addEvent: function (name, then) { this.addEventListener(name, then); return this },
  dispose: function () { return this.parentNode.removeChild(this) }
})
"""

# What json.js, Prototype.js 1.3 and many a page of their time did to every object.
EXTENDED_OBJECTS = """
Object.prototype.toJSON = function () { return "replaced" }
Object.prototype.extend = function (from) {
  for (var name in from) this[name] = from[name]
  return this
}
Object.prototype.each = function (then) { for (var name in this) then(this[name], name) }
var self = {}, URL = "/", navigation = {}
"""

# What Prototype.js 1.7, Datejs and careless pages put in place of what is the language's.
REPLACED = """
Array.prototype.reduce = function () { return this.length > 1 ? this : this[0] }
Array.prototype.toJSON = function () { return "replaced" }
Array.from = function (list) { return [list] }
Function.prototype.bind = function () { return this }
Date.parse = function (text) { return new Date(text) }
Element.prototype.remove = function () { return this.parentNode.removeChild(this) }
Element.prototype.update = Element.prototype.insert = function () { return this }
Object.assign(Array.prototype, { last: function () { return this[this.length - 1] } })
Promise.prototype.done = function () { return this.then.apply(this, arguments) }
"""
