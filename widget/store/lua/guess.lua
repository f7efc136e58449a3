--[[ Count one try at a password, unless there were too many.

KEYS[1]  zset    a try -> when it was made, s; ARGV[3] s after the last
ARGV[1]  now, s    ARGV[2] this try, unique    ARGV[3] window, s    ARGV[4] most in the window

Returns 0 counted, or the seconds until the oldest try leaves the window; nothing is written then, so
that trying on does not keep the account closed.
]]
local call = redis.call
local now, window = tonumber(ARGV[1]), tonumber(ARGV[3])
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
  local oldest = call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, tonumber(oldest[2]) + window - now)
end
call('ZADD', KEYS[1], now, ARGV[2])
call('EXPIRE', KEYS[1], window)
return 0
