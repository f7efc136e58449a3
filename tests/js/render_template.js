// Fills in a recipe's template as Ghost, Eleventy and Jekyll do. Argument: the engine. Standard input: JSON of the
// template, the values and the origin. Prints the HTML.
import { readFileSync } from "node:fs"
import Handlebars from "handlebars"
import { Liquid } from "liquidjs"
import nunjucks from "nunjucks"

const { template, values, origin } = JSON.parse(readFileSync(0, "utf8"))

const engines = {
  handlebars() {
    // The helpers of Ghost's themes: both return HTML.
    Handlebars.registerHelper("url", ({ hash }) => {
      if (hash.absolute !== "true") throw new Error("a path names no story")
      return new Handlebars.SafeString(Handlebars.escapeExpression(origin + values.path))
    })
    Handlebars.registerHelper("tags", ({ hash }) => {
      if (hash.autolink !== "false") throw new Error("links in an attribute")
      const names = values.tags.map((name) => Handlebars.escapeExpression(name))
      return new Handlebars.SafeString(names.join(hash.separator ?? ", "))
    })
    return Handlebars.compile(template)(values)
  },
  nunjucks: () => new nunjucks.Environment(null, { autoescape: true }).renderString(template, values),
  liquid() {
    const liquid = new Liquid()
    liquid.registerFilter("absolute_url", (path) => origin + path)
    return liquid.parseAndRenderSync(template, values)
  },
}
process.stdout.write(engines[process.argv[2]]())
