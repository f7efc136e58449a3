--[[ Store the result of an attempt. Behind act.lua.

KEYS[1]  delivery  hash  keeps its TTL
KEYS[2]  due       zset  deliveries by the time of their next attempt; no TTL

act.id     the delivery's id    act.attempt  which attempt it was    act.now  s since the epoch
act.state  sent, waiting or given up         act.said     detail of the result
act.next   time of the next attempt (optional: no further one)

Returns 1; 0 if another process has claimed the delivery since: its result counts, and nothing was written.
]]
if tonumber(call('HGET', KEYS[1], 'n') or false) ~= act.attempt then return 0 end
call('HSET', KEYS[1], 's', act.state, 'said', act.said, 'at', act.now)
if act.next then
  call('ZADD', KEYS[2], act.next, act.id)
else
  call('ZREM', KEYS[2], act.id)
end
return 1
