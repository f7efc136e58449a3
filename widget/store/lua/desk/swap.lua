--[[ Replace one field of a hash if it, and one that it depends on, still have the values that were read.
Behind act.lua.

KEYS[1]  hash; no TTL

act.field  the field    act.old  the value read, "" for none    act.new  the new value, "" removes the field
act.needs  the field it depends on, and act.needs_value, the value read (optional, both together)

Returns 1 replaced, 0 a value has changed meanwhile, and nothing was written.
]]
if (call('HGET', KEYS[1], act.field) or '') ~= act.old then return 0 end
if act.needs and call('HGET', KEYS[1], act.needs) ~= act.needs_value then return 0 end
if act.new == '' then
  call('HDEL', KEYS[1], act.field)
else
  call('HSET', KEYS[1], act.field, act.new)
end
return 1
