--[[ Append a signed block to a site's ledger, if it follows the last one and every partition has marked that.
Behind act.lua.

KEYS[1]  hash  the head: n blocks so far, hash and hour of the last one, key that signs the next one,
               looked the last hour that was looked at, marks what the last block said, as mark.lua takes it, by
               partition, as JSON, until every partition has it; no TTL
KEYS[2]  hash  number of each block of the day -> the block, deflated; until act.until
KEYS[3]  hash  day since the epoch -> its lines; no TTL, but for days before act.oldest, which are removed

act.n      number of blocks that it follows    act.hash, act.hour, act.key, act.marks  of the block, for the head;
           marks is "" if there are none
act.day    of the block                        act.lines  number of its lines about stories
act.until  when the day's blocks end, s         act.oldest  first day that is kept
ARGV[2]    the block, deflated

Returns 1 done, 0 another block came first, and nothing was written.
]]
local head, blocks, days = KEYS[1], KEYS[2], KEYS[3]
local now = call('HMGET', head, 'n', 'marks')
if tonumber(now[1] or 0) ~= act.n or now[2] then return 0 end

call('HSET', blocks, act.n + 1, ARGV[2])
call('EXPIREAT', blocks, act['until'])
call('HINCRBY', days, act.day, act.lines)
for _, day in ipairs(call('HKEYS', days)) do
  if tonumber(day) < act.oldest then call('HDEL', days, day) end
end
call('HSET', head, 'n', act.n + 1, 'hash', act.hash, 'hour', act.hour, 'key', act.key)
if act.marks ~= '' then call('HSET', head, 'marks', act.marks) end
return 1
