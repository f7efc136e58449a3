#!/usr/bin/env node
// Format every Lua file with StyLua, or with --check name those that differ. The npm package is StyLua compiled to
// WebAssembly, without a command; the one with a command downloads a binary from elsewhere when it is installed.
import { globSync, readFileSync, writeFileSync } from "node:fs"
import * as stylua from "@johnnymorganz/stylua"

const ENUMS = {
  syntax: stylua.LuaVersion,
  indent_type: stylua.IndentType,
  quote_style: stylua.QuoteStyle,
  collapse_simple_statement: stylua.CollapseSimpleStatement,
}

/** Return stylua.toml, which has only lines of `name = value`, as StyLua's own settings. */
function settings() {
  const config = stylua.Config.new()
  for (const [, name, text] of readFileSync("stylua.toml", "utf8").matchAll(/^(\w+) = (.+)$/gm)) {
    const value = JSON.parse(text)
    config[name] = name in ENUMS ? ENUMS[name][value] : value
  }
  return config
}

process.chdir(`${import.meta.dirname}/..`)
const isCheck = process.argv.includes("--check")
const different = []
for (const path of globSync(["bench/*.lua", "widget/**/*.lua"])) {
  const before = readFileSync(path, "utf8")
  const after = stylua.formatCode(before, settings(), undefined, stylua.OutputVerification.Full)
  if (after === before) continue
  different.push(path)
  if (!isCheck) writeFileSync(path, after)
}
if (isCheck && different.length) {
  console.error(`Not formatted, script/format does it: ${different.join(", ")}`)
  process.exit(1)
}
