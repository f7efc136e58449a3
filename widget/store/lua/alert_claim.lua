--[[ Take the delivery that is due first, for as long as a try may take.

KEYS[1]  due   zset  deliveries by when they are tried next; no TTL
KEYS[2]  stem  what a site's alerts begin with; d:<id> is computed from it and shares its hash tag

ARGV[1] now, s   ARGV[2] seconds a claim lasts: whoever dies while trying is followed by another
ARGV[3] most tries

Returns {id, tries, made, what is sent}, or nothing. A delivery whose last try nobody reported is
given up here, and one that is no longer kept is dropped.
]]
local call, now = redis.call, tonumber(ARGV[1])
while true do
  local id = call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  if not id then return false end
  local key = KEYS[2] .. 'd:' .. id
  local known = call('HMGET', key, 'n', 'made', 'm')
  if not known[1] then
    call('ZREM', KEYS[1], id)
  elseif tonumber(known[1]) >= tonumber(ARGV[3]) then
    call('HSET', key, 's', 'given up', 'said', 'The last try was not reported.', 'at', now)
    call('ZREM', KEYS[1], id)
  else
    call('ZADD', KEYS[1], now + tonumber(ARGV[2]), id)
    return { id, call('HINCRBY', key, 'n', 1), tonumber(known[2]), known[3] }
  end
end
