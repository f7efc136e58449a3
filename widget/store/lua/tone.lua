--[[ The tone of one partition's published comments in some days, added up. Reads only.

KEYS[1] hash: the days' tone, name/day -> sum (lua/comment_lib.lua names them)

ARGV[1] first day since the epoch   ARGV[2] last day   ARGV[3..] names

Returns msgpack: a sum for each name.
]]
local first, last = tonumber(ARGV[1]), tonumber(ARGV[2])
local sums = {}
for n = 3, #ARGV do
  local fields = {}
  for day = first, last do
    fields[#fields + 1] = ARGV[n] .. '/' .. day
  end
  local sum = 0
  for _, found in ipairs(redis.call('HMGET', KEYS[1], unpack(fields))) do
    sum = sum + (tonumber(found) or 0)
  end
  sums[#sums + 1] = sum
end
return cmsgpack.pack(sums)
