--[[ Let a new reader of a network in, or report that it is crowded. A reader who comes
again, as in a retry, is let in and counted once. Behind act.lua.

KEYS[1]  set     new readers of this network (/32, /64) in the window; act.window_s
KEYS[2]  string  number of new readers of the wide network (/24, /48); act.window_s. Same slot as KEYS[1].

act.reader     the reader's hash, 8 bytes          act.window_s  TTL of both keys
act.most       most readers of the network         act.most_wide  most readers of the wide network

Returns 0 let in, 1 the network is crowded, 2 the wide network is. A refusal writes nothing, so a
flood of new readers does not fill the store.
]]
local reader = bytes(act.reader)
if call('SISMEMBER', KEYS[1], reader) == 1 then return 0 end
if tonumber(call('GET', KEYS[2]) or 0) >= act.most_wide then return 2 end
if call('SCARD', KEYS[1]) >= act.most then return 1 end
call('SADD', KEYS[1], reader)
call('INCR', KEYS[2])
call('EXPIRE', KEYS[1], act.window_s)
call('EXPIRE', KEYS[2], act.window_s)
return 0
