--[[ Claim the delivery that is due first, for as long as an attempt may take. Behind act.lua.

KEYS[1]  due   zset  deliveries by the time of their next attempt; no TTL
KEYS[2]  stem  the prefix of the keys of a site's alerts; d:<id> is computed from it and shares its hash tag

act.now      s since the epoch
act.lease_s  seconds until another process may claim it, in case this one dies during its attempt
act.most     most attempts

Returns {id, attempts, made, message}, or nothing. A delivery is given up here if its last attempt was never
settled, and dropped if it is no longer stored.
]]
local now = act.now
while true do
  local id = call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  if not id then return false end
  local key = KEYS[2] .. 'd:' .. id
  local known = call('HMGET', key, 'n', 'made', 'm')
  if not known[1] then
    call('ZREM', KEYS[1], id)
  elseif tonumber(known[1]) >= act.most then
    call('HSET', key, 's', 'given up', 'said', 'The last try was not reported.', 'at', now)
    call('ZREM', KEYS[1], id)
  else
    call('ZADD', KEYS[1], now + act.lease_s, id)
    return { id, call('HINCRBY', key, 'n', 1), tonumber(known[2]), known[3] }
  end
end
