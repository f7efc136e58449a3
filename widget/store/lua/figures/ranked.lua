--[[ The articles of one partition with votes in some days, and their votes of one choice: a portion. Reads only.
Behind act.lua, up_to_date.lua and day_mixes.lua.

KEYS[1] stem: top:<day>:0 and the keys of day_mixes.lua are computed from it and share its hash tag (ledger.lua names
        them)

act.first, act.last  days since the epoch    act.choice  0 for all choices
act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the end of the last day; how much of a portion was read, per cent;
then article, votes, article, votes, ..
An article may be in several portions: its votes are the sum.
]]
local PORTION = 1000 -- members of rankings
local OF_MIX = 4 -- reading an article's mix takes as long as so many
local stem, choice = KEYS[1], act.choice
local day, rank = act.first, 0
if act.from then
  day, rank = act.from[1], act.from[2]
end

local function ranking(of_day) return format('%stop:%d:0', stem, of_day) end

-- Return articles and their votes of all choices in the days from `day` on, as many as a portion has.
local function of_all_choices()
  local names, members = {}, 0
  while day <= act.last and rank == 0 do
    local more = call('ZCARD', ranking(day))
    if members > 0 and members + more > PORTION or more > PORTION then break end
    names[#names + 1], members, day = ranking(day), members + more, day + 1
  end
  if #names > 0 then
    names[#names + 1] = 'WITHSCORES'
    return call('ZUNION', #names - 1, unpack(names)), members
  end
  if day > act.last then return {}, 0 end
  -- a day of more than one portion
  local found = call('ZRANGE', ranking(day), rank, rank + PORTION - 1, 'WITHSCORES')
  rank = rank + PORTION
  if #found < 2 * PORTION then
    day, rank = day + 1, 0
  end
  return found, PORTION
end

-- The same of one choice.
local function of_choice()
  local sums, members = {}, 0
  while day <= act.last and members < PORTION do
    local wanted = math.ceil((PORTION - members) / OF_MIX)
    local ids = call('ZRANGE', ranking(day), rank, rank + wanted - 1)
    for at, votes in ipairs(mixes_of(stem, day, ids)) do
      local id, number = ids[at], votes[choice] or 0
      if number > 0 then sums[id] = (sums[id] or 0) + number end
    end
    members, rank = members + #ids * OF_MIX, rank + wanted
    if #ids < wanted then
      day, rank = day + 1, 0
    end
  end
  local found = {}
  for id, votes in pairs(sums) do
    found[#found + 1], found[#found + 2] = id, votes
  end
  return found, members
end

local found, members = (choice == 0 and of_all_choices or of_choice)()
table.insert(found, 1, day <= act.last and { day, rank })
table.insert(found, 2, floor(members / PORTION * 100))
return cmsgpack.pack(found)
