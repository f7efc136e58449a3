--[[ One partition's votes, hour by hour or day by day. Reads only. Behind act.lua and up_to_date.lua.

KEYS[1] stem: h:<day> and d are computed from it and share its hash tag (ledger.lua names them)

act.unit   "h" for hours, "d" for days    act.first  hour or day since the epoch
act.stop   the hour or day after the last    act.choices  number of choices

Returns msgpack: votes of choice 1 .. n of the first, then of the next, zeros included.
]]
local DAYS_AT_ONCE = 200 -- of 15 choices: no call takes more than 8,000 arguments
local stem = KEYS[1]
local first, stop, choices = act.first, act.stop, act.choices
local votes = {}
for i = 1, (stop - first) * choices do
  votes[i] = 0
end

if act.unit == 'h' then
  for day = floor(first / 24), floor((stop - 1) / 24) do
    local fields = call('HGETALL', stem .. 'h:' .. day)
    local offset = day * 24 - first
    for i = 1, #fields, 2 do
      local packed = tonumber(fields[i])
      local choice = packed % 16
      local at = offset + (packed - choice) / 16
      if at >= 0 and at < stop - first and choice <= choices then
        votes[at * choices + choice] = tonumber(fields[i + 1])
      end
    end
  end
elseif call('HLEN', stem .. 'd') <= 2 * (stop - first) * choices then
  -- A short hash is a list in memory: each look-up of a field would walk it again.
  local fields = call('HGETALL', stem .. 'd')
  for i = 1, #fields, 2 do
    local packed = tonumber(fields[i])
    local choice = packed % 16
    local day = (packed - choice) / 16
    if day >= first and day < stop and choice <= choices then
      votes[(day - first) * choices + choice] = tonumber(fields[i + 1])
    end
  end
else
  local at = 0
  for part = first, stop - 1, DAYS_AT_ONCE do
    local fields = {}
    for day = part, math.min(part + DAYS_AT_ONCE, stop) - 1 do
      for choice = 1, choices do
        fields[#fields + 1] = day * 16 + choice
      end
    end
    for _, found in ipairs(call('HMGET', stem .. 'd', unpack(fields))) do
      at = at + 1
      votes[at] = tonumber(found or 0)
    end
  end
end
return cmsgpack.pack(votes)
