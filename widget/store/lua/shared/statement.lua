--[[ The statements of reasons of a comment, one for each decision that took it away from readers. Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  cj:<id>  hash  number from 0 -> the statement as JSON (widget/domain/comments/statement.py names its fields); no TTL

Keeps: only the last one may have no `over`. It is the one in force.
]]
local statements = stem .. 'cj:' .. id

-- Return the last statement and its number; nil if there is none.
local function last_statement()
  local number = call('HLEN', statements) - 1
  if number < 0 then return nil end
  return cjson.decode(call('HGET', statements, number)), number
end

-- Set fields of the last statement; false drops one.
local function amend_statement(fields)
  local last, number = last_statement()
  if not last then return end
  for name, value in pairs(fields) do
    last[name] = value or nil
  end
  call('HSET', statements, number, cjson.encode(last))
end

-- Readers see the comment again, or another decision takes the place of the one in force.
local function end_statement(now, who)
  local last = last_statement()
  if not last or last.over then return end
  local fields = { over = now, over_by = who }
  if last.look == 'asked' then
    fields.look, fields.answered, fields.answered_by = 'reversed', now, who
  end
  amend_statement(fields)
end

-- Add a statement about the comment as it was before the decision.
local function add_statement(comment, fields)
  end_statement(fields.at, fields.who)
  fields.rules, fields.reports = comment.w, comment.rk
  call('HSET', statements, call('HLEN', statements), cjson.encode(fields))
end
