--[[ The votes of one partition's articles by choice, on one day: a portion. Reads only.
Behind act.lua, up_to_date.lua and day_mixes.lua.

KEYS[1] stem: top:<day>:0 and the keys of day_mixes.lua are computed from it and share its hash tag (ledger.lua names
        them)

act.day  since the epoch    act.choices  number of choices    act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last article; how much of a portion was read, per cent; then of
each article its id, votes of choice 1 .. n.
]]
local PORTION = 250 -- articles
local stem, rank = KEYS[1], act.from or 0

local ids = call('ZRANGE', format('%stop:%d:0', stem, act.day), rank, rank + PORTION - 1)
local more = #ids == PORTION
local answer = { more and rank + PORTION, floor(#ids / PORTION * 100) }
for i, votes in ipairs(mixes_of(stem, act.day, ids)) do
  local at = #answer
  answer[at + 1] = ids[i]
  for choice = 1, act.choices do
    answer[at + 1 + choice] = votes[choice] or 0
  end
end
return cmsgpack.pack(answer)
