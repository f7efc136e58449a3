--[[ An allowance that refills with time (the generic cell rate algorithm): one number keeps it, the time at which
it is whole again. Behind base.lua. No KEYS, no ARGV. Times are in any one unit.
]]

-- Return the time at which the allowance is whole again after one more act; nil if that is one too many.
-- whole_at: nil for a whole allowance. burst: acts at once. every: time until one more act is back.
local function after_one_more(whole_at, now, burst, every)
  local at = math.max(whole_at or 0, now) + every
  if at - now > burst * every then return nil end
  return at
end

-- Return how many acts are missing from the allowance.
local function used_of(whole_at, now, every) return math.max(0, (whole_at or 0) - now) / every end

-- Store when an allowance is whole again, in ms since the epoch, until then.
local function keep_until_whole(key, whole_at, now)
  local ttl = math.max(1, math.ceil(whole_at - now))
  call('SET', key, format('%.0f', whole_at), 'PX', format('%.0f', ttl))
end
