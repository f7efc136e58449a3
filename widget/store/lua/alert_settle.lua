--[[ Report how a try went.

KEYS[1]  delivery  hash  keeps its TTL
KEYS[2]  due       zset  deliveries by when they are tried next; no TTL

ARGV[1] id   ARGV[2] which try it was   ARGV[3] state   ARGV[4] how it went   ARGV[5] now, s
ARGV[6] when it is tried next, "" never

Returns 1; 0 where another has taken the delivery since, whose report counts: nothing was written.
]]
local call = redis.call
if call('HGET', KEYS[1], 'n') ~= ARGV[2] then return 0 end
call('HSET', KEYS[1], 's', ARGV[3], 'said', ARGV[4], 'at', ARGV[5])
if ARGV[6] == '' then
  call('ZREM', KEYS[2], ARGV[1])
else
  call('ZADD', KEYS[2], ARGV[6], ARGV[1])
end
return 1
