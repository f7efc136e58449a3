--[[ The articles of one partition that had votes in the last hours, beside the hours before. Reads only.

KEYS[1] stem: hot:<hour> are computed from it and share its hash tag (cast.lua names them)

ARGV[1] hour now, since the epoch   ARGV[2] how many hours are recent, this one with them
ARGV[3] how many hours before those are compared   ARGV[4] least recent votes an article needs

Returns msgpack: recent votes of all, votes of all before, then for each article: id, recent, before.
]]
local call, stem = redis.call, KEYS[1]
local now, recent, before = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local least = tonumber(ARGV[4])

local function ranked(first, last)
  local names = {}
  for hour = first, last do
    names[#names + 1] = stem .. 'hot:' .. hour
  end
  names[#names + 1] = 'WITHSCORES'
  return call('ZUNION', #names - 1, unpack(names))
end

local answer, at = { 0, 0 }, {}
local lately = ranked(now - recent + 1, now)
for i = 1, #lately, 2 do
  local votes = tonumber(lately[i + 1])
  answer[1] = answer[1] + votes
  if votes >= least then
    answer[#answer + 1] = lately[i]
    at[lately[i]] = #answer
    answer[#answer + 1] = votes
    answer[#answer + 1] = 0
  end
end
local earlier = ranked(now - recent - before + 1, now - recent)
for i = 1, #earlier, 2 do
  local votes = tonumber(earlier[i + 1])
  answer[2] = answer[2] + votes
  local row = at[earlier[i]]
  if row then answer[row + 2] = votes end
end
return cmsgpack.pack(answer)
