--[[ The votes of some articles of one partition by choice, in some days: a portion. Reads only.
Behind act.lua, up_to_date.lua and day_mixes.lua.

KEYS[1] stem: a:<id>, t:<id> and the keys of day_mixes.lua are computed from it and share its hash tag (ledger.lua and
        reactions/cast.lua name them)

act.ids  articles    act.first, act.last  days since the epoch    act.choices  number of choices
act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last article; how much of a portion was read, per cent; then
votes of choice 1 .. n of each article, zeros included.
]]
local PORTION = 1500 -- fields of timelines
local stem, first, last, choices = KEYS[1], act.first, act.last, act.choices
local at, read = act.from or 1, 0
local of_days = (last - first + 1) * 16 -- finding and reading an article's mix of a day costs so many fields
local votes = { false, 0 }

-- Add up the hours of a timeline.
local function from_timeline(id)
  local began = tonumber(call('HGET', stem .. 'a:' .. id, 'f') or 0)
  local sums = {}
  for choice = 1, choices do
    sums[choice] = 0
  end
  local fields = call('HGETALL', stem .. 't:' .. id)
  for i = 1, #fields, 2 do
    local packed = tonumber(fields[i])
    local choice = packed % 16
    local day = floor((began + (packed - choice) / 16) / 24)
    if day >= first and day <= last and choice <= choices then
      sums[choice] = sums[choice] + tonumber(fields[i + 1])
    end
  end
  return sums
end

-- Add up the days' mixes: for an article that has had votes in many more hours than those days have.
local function from_days(id)
  local sums = {}
  for choice = 1, choices do
    sums[choice] = 0
  end
  for day = first, last do
    local mix = mixes_of(stem, day, { id })[1]
    for choice = 1, choices do
      sums[choice] = sums[choice] + (mix[choice] or 0)
    end
  end
  return sums
end

while act.ids[at] do
  local id = act.ids[at]
  local of_timeline = call('HLEN', stem .. 't:' .. id) + 5
  local cost = math.min(of_timeline, of_days)
  if read > 0 and read + cost > PORTION then break end
  for _, sum in ipairs(of_timeline <= of_days and from_timeline(id) or from_days(id)) do
    votes[#votes + 1] = sum
  end
  at, read = at + 1, read + cost
end
votes[1], votes[2] = act.ids[at] and at or false, floor(read / PORTION * 100)
return cmsgpack.pack(votes)
