--[[ Replace one field of a hash if it, and one that it depends on, still are what the caller read.

KEYS[1]  hash; no TTL
ARGV[1]  field    ARGV[2] the value read, "" for none    ARGV[3] the new value, "" removes the field
ARGV[4], ARGV[5]  where there is one, the field it depends on and the value read

Returns 1 replaced, 0 somebody else was first and nothing was written.
]]
local call = redis.call
if (call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[4] and call('HGET', KEYS[1], ARGV[4]) ~= ARGV[5] then return 0 end
if ARGV[3] == '' then
  call('HDEL', KEYS[1], ARGV[1])
else
  call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
