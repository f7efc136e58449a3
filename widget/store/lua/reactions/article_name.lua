--[[ Set what an editor says about a story instead of readers' pages, or undo that. Behind article.lua and
naming.lua.

act.action  name or undo
act.edits   of name: title, section, author, tags; without those that follow the readers' pages
act.of, act.undoes  of undo: number of the correction, and its audit id

Codes: unknown (no such article), moved (merged into another), moving (try again), unchanged, changed (since the
correction to undo), undone (already), done {entry}.
]]
local EDITED = { 'title', 'section', 'author', 'tags' }

local page = stored_page()
if not page then return answer('unknown') end
if fields.s == 'm' then return answer('moved') end
if is_moving() then return answer('moving') end
local undone = act.of and read(act_key(act.of))
if undone and undone.u then return answer('undone') end

local function as_text(value) return type(value) == 'table' and table.concat(value, ', ') or value end

-- Return edits as text, in which equal ones are equal.
local function canonical(edits)
  local parts = {}
  for i, field in ipairs(EDITED) do
    parts[i] = as_text(edits[field] or '')
  end
  return cjson.encode(parts)
end

local old = page.edits or {}
local new = undone and cjson.decode(undone.before) or act.edits
if undone and canonical(old) ~= undone.after then return answer('changed') end
if not undone and canonical(old) == canonical(new) then return answer('unchanged') end

-- Return the values of the fields that change, as the audit log shows them.
local function described(edits)
  local parts = {}
  for _, field in ipairs(EDITED) do
    if as_text(old[field] or '') ~= as_text(new[field] or '') then
      local value = edits[field] and as_text(edits[field]) or 'as pages say'
      parts[#parts + 1] = field .. ': ' .. value
    end
  end
  return table.concat(parts, '; ')
end
local before, after = described(old), described(new)

page.edits = next(new) and new or nil
store_page(page, fields.d)
if undone then return answer('done', { entry = record_undo(act.of, before, after) }) end
local more = { before = next(old) and cjson.encode(old) or '{}', after = canonical(new) }
return answer('done', { entry = record(new_act(), before, after, more) })
