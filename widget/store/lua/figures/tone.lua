--[[ Sums of the tone of one partition's published comments in some days. Reads only. Behind act.lua.

KEYS[1] hash: the days' tone, name/day -> sum (comment.lua names them)

act.first, act.last  days since the epoch    act.names  the names

Returns msgpack: a sum for each name.
]]
local sums = {}
for _, name in ipairs(act.names) do
  local fields = {}
  for day = act.first, act.last do
    fields[#fields + 1] = name .. '/' .. day
  end
  local sum = 0
  for _, found in ipairs(call('HMGET', KEYS[1], unpack(fields))) do
    sum = sum + (tonumber(found) or 0)
  end
  sums[#sums + 1] = sum
end
return cmsgpack.pack(sums)
