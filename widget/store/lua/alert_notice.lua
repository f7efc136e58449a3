--[[ Put an alert in the outbox, unless the article had one or the site had enough of them today.

KEYS[1]  once  string  the article had its alert; until ARGV[2] seconds later
KEYS[2]  day   string  the site's alerts of this day; two days
KEYS[3]  due   zset    deliveries by when they are tried next; no TTL, emptied by alert_settle.lua
KEYS[4]  log   zset    the latest deliveries by when they were made; no TTL, at most ARGV[5]
KEYS[5..]      hash    a delivery: m what is sent, made, n tries, s state; ARGV[4] seconds

ARGV[1] now, s        ARGV[2] seconds until the article may have another   ARGV[3] most a day
ARGV[4] seconds a delivery is kept      ARGV[5] how many the log keeps     ARGV[6] what is sent
ARGV[7..] the id of each delivery, in the order of KEYS[5..]

Returns 1 it is in the outbox; 0 the article had one; -1 the site had enough. Whole or not at all,
so however many look at once, one of them is answered 1.
]]
local call, now = redis.call, ARGV[1]
if call('EXISTS', KEYS[1]) == 1 then return 0 end
if tonumber(call('GET', KEYS[2]) or 0) >= tonumber(ARGV[3]) then return -1 end
call('SET', KEYS[1], 1, 'EX', ARGV[2])
call('INCR', KEYS[2])
call('EXPIRE', KEYS[2], 172800)
for i = 5, #KEYS do
  local id = ARGV[i + 2]
  call('HSET', KEYS[i], 'm', ARGV[6], 'made', now, 'n', 0, 's', 'waiting')
  call('EXPIRE', KEYS[i], ARGV[4])
  call('ZADD', KEYS[3], now, id)
  call('ZADD', KEYS[4], now, id)
end
call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - tonumber(ARGV[5]))
return 1
