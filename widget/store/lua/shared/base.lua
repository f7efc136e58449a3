--[[ The beginning of every script. widget/store/scripts.py puts the shared files that a script needs before it
and sends them as one text, so a script sees their locals. No KEYS, no ARGV.

A script that computes keys from a stem is called with two declared keys or more, one of them the stem, which never
exists. That is the guard: while a cluster moves the slot key by key, no node runs such a script (docs/redis-keys.md).
]]
local call, floor, format = redis.call, math.floor, string.format

-- Add to a number in a hash, and return it. A number at zero is not stored.
local function add(hash, field, by)
  local number = call('HINCRBY', hash, field, by == 1 and '1' or by)
  if number == 0 then call('HDEL', hash, field) end
  return number
end
