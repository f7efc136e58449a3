--[[ The votes of some articles of one partition that are filed under one section, in slots: a portion. Reads only.
Behind act.lua.

KEYS[1] stem: a:<id> and t:<id> are computed from it and share its hash tag (ledger.lua names them)

act.ids  articles    act.section  the section's name    act.choices  number of choices
act.bounds  the first hour of each slot since the epoch, in order, then the end of the last
act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last article; how much of a portion was read, per cent; then for
each slot with votes of each article: the slot, from 0, the choice, votes.
]]
local PORTION = 1500 -- fields of timelines
local stem, bounds = KEYS[1], act.bounds
local at, read = act.from or 1, 0
local answer = { false, 0 }

-- Return the slot of an hour, or nil beyond them.
local function slot_of(hour)
  local low, high = 1, #bounds
  if hour < bounds[low] or hour >= bounds[high] then return nil end
  while high - low > 1 do
    local middle = floor((low + high) / 2)
    if bounds[middle] <= hour then
      low = middle
    else
      high = middle
    end
  end
  return low - 1
end

while act.ids[at] and read < PORTION do
  local id = act.ids[at]
  local about = call('HMGET', stem .. 'a:' .. id, 'f', 'c')
  if about[1] and about[2] == act.section then
    local fields = call('HGETALL', stem .. 't:' .. id)
    for i = 1, #fields, 2 do
      local packed = tonumber(fields[i])
      local choice = packed % 16
      local slot = slot_of(tonumber(about[1]) + (packed - choice) / 16)
      if slot and choice <= act.choices then
        local after = #answer
        answer[after + 1], answer[after + 2], answer[after + 3] =
          slot, choice, tonumber(fields[i + 1])
      end
    end
    read = read + #fields / 2
  end
  at, read = at + 1, read + 2
end
answer[1], answer[2] = act.ids[at] and at or false, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
