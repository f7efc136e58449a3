--[[ Put an alert in the outbox, unless the article had one or the site had enough of them today. Behind act.lua.
A morning mail goes the same way: it is once for the time it was due, and no number of them is enough.

KEYS[1]  once  string  the article had its alert, or the hour its mail; act.once_s
KEYS[2]  day   string  number of the site's alerts on this day; two days. Not written without act.most
KEYS[3]  due   zset    deliveries by the time of their next attempt; no TTL, emptied by alert_settle.lua
KEYS[4]  log   zset    the latest deliveries by the time they were made; no TTL, at most act.listed
KEYS[5..]      hash    a delivery: m the message, made, n attempts, s state; act.kept_s

act.now      s since the epoch    act.once_s  seconds until the article may have another
act.most     alerts a day (optional)  act.kept_s  seconds that a delivery is stored
act.listed   deliveries in the log    act.message  as JSON
act.ids      the id of each delivery, in the order of KEYS[5..]

Returns 1 it is in the outbox; 0 the article had one; -1 the site had enough. All of it happens, or none,
so if several processes notice the same alert, only one gets 1.
]]
local now = act.now
if call('EXISTS', KEYS[1]) == 1 then return 0 end
if act.most then
  if tonumber(call('GET', KEYS[2]) or 0) >= act.most then return -1 end
  call('INCR', KEYS[2])
  call('EXPIRE', KEYS[2], 172800)
end
call('SET', KEYS[1], 1, 'EX', act.once_s)
for i = 5, #KEYS do
  local id = act.ids[i - 4]
  call('HSET', KEYS[i], 'm', act.message, 'made', now, 'n', 0, 's', 'waiting')
  call('EXPIRE', KEYS[i], act.kept_s)
  call('ZADD', KEYS[3], now, id)
  call('ZADD', KEYS[4], now, id)
end
call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - act.listed)
return 1
