--[[ Count one password attempt, unless there were too many. Behind act.lua.

KEYS[1]  zset    an attempt -> its time, s; act.window_s after the last

act.now   s since the epoch    act.id      this attempt, unique
act.most  in the window        act.window_s

Returns 0 counted, or the seconds until the oldest attempt leaves the window; then nothing is written, so
that further attempts do not keep the account locked.
]]
local now, window = act.now, act.window_s
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if call('ZCARD', KEYS[1]) >= act.most then
  local oldest = call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, tonumber(oldest[2]) + window - now)
end
call('ZADD', KEYS[1], now, act.id)
call('EXPIRE', KEYS[1], window)
return 0
