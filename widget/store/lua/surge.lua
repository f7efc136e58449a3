--[[ The articles of one partition with many votes in one of some hours. Reads only.

KEYS[1] stem: hot:<hour>, a:<id> and t:<id> are computed from it and share its hash tag (cast.lua
        names them)

ARGV[1] first hour, since the epoch   ARGV[2] last hour   ARGV[3] least votes   ARGV[4] how many choices

Returns msgpack: for each article and hour: id, hour, section or "", votes of choice 1 .. n.
]]
local call, stem = redis.call, KEYS[1]
local choices = tonumber(ARGV[4])
local answer = {}
local function add(value) answer[#answer + 1] = value end

for hour = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  for _, id in ipairs(call('ZRANGEBYSCORE', stem .. 'hot:' .. hour, ARGV[3], '+inf')) do
    local about = call('HMGET', stem .. 'a:' .. id, 'f', 'c')
    if about[1] then
      local fields = {}
      for choice = 1, choices do
        fields[choice] = (hour - tonumber(about[1])) * 16 + choice
      end
      local votes = call('HMGET', stem .. 't:' .. id, unpack(fields))
      add(id)
      add(hour)
      add(about[2] or '')
      for choice = 1, choices do
        add(tonumber(votes[choice]) or 0)
      end
    end
  end
end
return cmsgpack.pack(answer)
