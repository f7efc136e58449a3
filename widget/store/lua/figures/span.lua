--[[ One partition's votes from one hour to another: whole days from the days, the rest from the hours.
Reads only. Behind act.lua and up_to_date.lua.

KEYS[1] stem: h:<day> and d are computed from it and share its hash tag (ledger.lua names them)

act.first  hour since the epoch    act.stop  the hour after the last    act.choices  number of choices

Returns msgpack: votes of choice 1 .. n.
]]
local stem = KEYS[1]
local first, stop, choices = act.first, act.stop, act.choices
local votes = {}
for choice = 1, choices do
  votes[choice] = 0
end

for day = floor(first / 24), math.ceil(stop / 24) - 1 do
  if day * 24 >= first and day * 24 + 24 <= stop then
    local fields = {}
    for choice = 1, choices do
      fields[choice] = day * 16 + choice
    end
    local found = call('HMGET', stem .. 'd', unpack(fields))
    for choice = 1, choices do
      votes[choice] = votes[choice] + (tonumber(found[choice]) or 0)
    end
  else
    local fields = call('HGETALL', stem .. 'h:' .. day)
    for i = 1, #fields, 2 do
      local packed = tonumber(fields[i])
      local choice = packed % 16
      local hour = day * 24 + (packed - choice) / 16
      if hour >= first and hour < stop and choice <= choices then
        votes[choice] = votes[choice] + tonumber(fields[i + 1])
      end
    end
  end
end
return cmsgpack.pack(votes)
