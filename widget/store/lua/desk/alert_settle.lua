--[[ Report the result of an attempt. Behind act.lua.

KEYS[1]  delivery  hash  keeps its TTL
KEYS[2]  due       zset  deliveries by when they are tried next; no TTL

act.id     the delivery's id    act.attempt  which attempt it was    act.now  s since the epoch
act.state  sent, waiting or given up         act.said     how it went
act.next   when it is tried next (optional: never again)

Returns 1; 0 if another process has claimed the delivery since, whose report counts: nothing was written.
]]
if tonumber(call('HGET', KEYS[1], 'n') or false) ~= act.attempt then return 0 end
call('HSET', KEYS[1], 's', act.state, 'said', act.said, 'at', act.now)
if act.next then
  call('ZADD', KEYS[2], act.next, act.id)
else
  call('ZREM', KEYS[2], act.id)
end
return 1
