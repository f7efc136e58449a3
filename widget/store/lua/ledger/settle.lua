--[[ Note that every partition has marked the last block, or that an hour was looked at. Behind act.lua.

KEYS[1]  hash  the head, as append.lua has it

act.n  number of blocks so far    act.looked  the hour whose stories are all written (optional)

Returns 1 done, 0 another block came since, and nothing was written.
]]
if tonumber(call('HGET', KEYS[1], 'n') or 0) ~= act.n then return 0 end
call('HDEL', KEYS[1], 'marks')
if act.looked then call('HSET', KEYS[1], 'looked', act.looked) end
return 1
