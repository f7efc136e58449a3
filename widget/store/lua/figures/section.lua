--[[ One partition's votes of one section, day by day. Reads only. Behind act.lua and up_to_date.lua.

KEYS[1] stem: sec:<day> are computed from it and share its hash tag (ledger.lua names them)

act.first  day since the epoch    act.stop  the day after the last    act.choices  number of choices
act.section  the section's name

Returns msgpack: votes of choice 1 .. n of the first day, then of the next, zeros included.
]]
local fields, votes = {}, {}
for choice = 1, act.choices do
  fields[choice] = choice .. ':' .. act.section
end
for day = act.first, act.stop - 1 do
  local found = call('HMGET', KEYS[1] .. 'sec:' .. day, unpack(fields))
  for choice = 1, #fields do
    votes[#votes + 1] = tonumber(found[choice]) or 0
  end
end
return cmsgpack.pack(votes)
