--[[ One partition's votes in slots that may begin at any hour: a portion. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: h:<day> and d are computed from it and share its hash tag (ledger.lua names them)

act.bounds  the first hour of each slot since the epoch, in order, then the end of the last
act.choices  number of choices    act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last slot; how much of a portion was read, per cent; then votes
of choice 1 .. n of each slot, zeros included. A slot is what its end has had of its day, less what its beginning had,
and the days between.
]]
local PORTION = 1500 -- fields
local stem, bounds, choices = KEYS[1], act.bounds, act.choices
local slot, read = act.from or 1, 0
local answer = { false, 0 }

local days, is_short = {}, call('HLEN', stem .. 'd') <= 1000
if is_short then -- a list in memory: each look-up of a field would walk it again
  local fields = call('HGETALL', stem .. 'd')
  for i = 1, #fields, 2 do
    days[fields[i]] = tonumber(fields[i + 1])
  end
  read = read + #fields / 4
end

local function add_day(day, sums)
  local fields = {}
  for choice = 1, choices do
    fields[choice] = format('%d', day * 16 + choice)
  end
  local found = is_short and {} or call('HMGET', stem .. 'd', unpack(fields))
  for choice = 1, choices do
    local votes = is_short and days[fields[choice]] or tonumber(found[choice] or nil)
    sums[choice] = sums[choice] + (votes or 0)
  end
  read = read + choices
end

-- Add, times by, the votes of a bound's day before it.
local function add_before(bound, by, sums)
  local hour = bound % 24
  if hour == 0 then return end
  local fields = call('HGETALL', stem .. 'h:' .. format('%d', floor(bound / 24)))
  for i = 1, #fields, 2 do
    local packed = tonumber(fields[i])
    local choice = packed % 16
    if (packed - choice) / 16 < hour and choice <= choices then
      sums[choice] = sums[choice] + by * tonumber(fields[i + 1])
    end
  end
  read = read + #fields / 2
end

while bounds[slot + 1] and read < PORTION do
  local sums = {}
  for choice = 1, choices do
    sums[choice] = 0
  end
  local first, stop = bounds[slot], bounds[slot + 1]
  if first < stop then
    for day = floor(first / 24), floor(stop / 24) - 1 do
      add_day(day, sums)
    end
    add_before(first, -1, sums)
    add_before(stop, 1, sums)
  end
  for choice = 1, choices do
    answer[#answer + 1] = sums[choice]
  end
  slot = slot + 1
end
answer[1], answer[2] = bounds[slot + 1] and slot or false, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
