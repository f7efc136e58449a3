--[[ One partition's votes from one hour to another: whole days from the days, the rest from the hours.
Reads only.

KEYS[1] stem: h:<day> and d are computed from it and share its hash tag (cast.lua names them)

ARGV[1] first hour since the epoch   ARGV[2] end hour, not itself in   ARGV[3] how many choices

Returns msgpack: votes of choice 1 .. n.
]]
local call, stem = redis.call, KEYS[1]
local first, stop, choices = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local votes = {}
for choice = 1, choices do
  votes[choice] = 0
end

for day = math.floor(first / 24), math.ceil(stop / 24) - 1 do
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
