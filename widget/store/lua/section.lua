--[[ One partition's votes of one section, day by day. Reads only.

KEYS[1] stem: sec:<day> are computed from it and share its hash tag (cast.lua names them)

ARGV[1] first day since the epoch   ARGV[2] end day, not itself in   ARGV[3] how many choices
ARGV[4] the section's name

Returns msgpack: votes of choice 1 .. n of the first day, then of the next, zeros included.
]]
local fields, votes = {}, {}
for choice = 1, tonumber(ARGV[3]) do
  fields[choice] = choice .. ':' .. ARGV[4]
end
for day = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
  local found = redis.call('HMGET', KEYS[1] .. 'sec:' .. day, unpack(fields))
  for choice = 1, #fields do
    votes[#votes + 1] = tonumber(found[choice]) or 0
  end
end
return cmsgpack.pack(votes)
