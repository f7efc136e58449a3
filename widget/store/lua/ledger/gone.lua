--[[ The stories of one partition that the ledger has a line about and that are not there any more: a portion. Reads
only. Behind act.lua.

KEYS[1] stem: all, polls, a:<id> (reactions/cast.lua names them) and led (mark.lua) are computed from it and share
        its hash tag

act.hour   only stories without a line of this hour, or of a later one, are returned
act.from   optional: where the portion before ended

Returns msgpack: where this portion ends, false at the end; how much of a portion was read, per cent; then
article, the article it was merged into or "", .. A story may be in two portions.
]]
local PORTION = 100 -- fields
local stem = KEYS[1]

local found = call('HSCAN', stem .. 'led', act.from or '0', 'COUNT', PORTION)
local cursor, flat = found[1], found[2]
local answer = { cursor ~= '0' and cursor, math.min(100, floor(#flat / 2 / PORTION * 100)) }
for i = 1, #flat, 2 do
  local id, hour = flat[i], tonumber(flat[i + 1]:match('^%d+'))
  local is_listed = call('ZSCORE', stem .. 'all', id) or call('ZSCORE', stem .. 'polls', id)
  if id ~= '#' and not is_listed and hour < act.hour then
    local of = call('HMGET', stem .. 'a:' .. id, 's', 'into')
    answer[#answer + 1] = id
    answer[#answer + 1] = of[1] == 'm' and of[2] or ''
  end
end
return cmsgpack.pack(answer)
