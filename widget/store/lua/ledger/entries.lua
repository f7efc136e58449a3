--[[ Count the audit entries about each article of one partition: a portion of those that are new. Behind act.lua.

KEYS[1] stem. Computed from it, with the same hash tag:
          audit  stream  (shared/article.lua), read only
          lede   hash    article -> its entries so far, "@" -> the last entry that was counted; no TTL

Returns 1 if there are more, else 0.

Keeps: each entry is counted once, also those that are removed afterwards.
]]
local PORTION = 100
local stem = KEYS[1]
local counts = stem .. 'lede'

local last = call('HGET', counts, '@')
local entries = call('XRANGE', stem .. 'audit', last and '(' .. last or '-', '+', 'COUNT', PORTION)
for _, entry in ipairs(entries) do
  local fields = {}
  for i = 1, #entry[2], 2 do
    fields[entry[2][i]] = entry[2][i + 1]
  end
  if fields.kind == 'article' then call('HINCRBY', counts, fields.object, 1) end
end
if #entries > 0 then call('HSET', counts, '@', entries[#entries][1]) end
return #entries == PORTION and 1 or 0
