--[[ The articles of one partition with votes in some days, and their votes of one choice: a portion. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: top:<day>:<choice> are computed from it and share its hash tag (ledger.lua names them)

act.first, act.last  days since the epoch    act.choice  0 for all choices
act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the end of the last day; how much of a portion was read, per cent;
then article, votes, article, votes, ..
An article may be in several portions: its votes are the sum.
]]
local PORTION = 1000 -- members of rankings
local stem, choice = KEYS[1], act.choice
local day, rank = act.first, 0
if act.from then
  day, rank = act.from[1], act.from[2]
end

local function ranking(of_day) return stem .. 'top:' .. format('%d', of_day) .. ':' .. choice end

local names, members = {}, 0
while day <= act.last and rank == 0 do
  local more = call('ZCARD', ranking(day))
  if members > 0 and members + more > PORTION or more > PORTION then break end
  names[#names + 1], members, day = ranking(day), members + more, day + 1
end

local found = {}
if #names > 0 then
  names[#names + 1] = 'WITHSCORES'
  found = call('ZUNION', #names - 1, unpack(names))
elseif day <= act.last then -- a day of more than one portion
  found = call('ZRANGE', ranking(day), rank, rank + PORTION - 1, 'WITHSCORES')
  rank, members = rank + PORTION, PORTION
  if #found < 2 * PORTION then
    day, rank = day + 1, 0
  end
end
table.insert(found, 1, day <= act.last and { day, rank })
table.insert(found, 2, floor(members / PORTION * 100))
return cmsgpack.pack(found)
