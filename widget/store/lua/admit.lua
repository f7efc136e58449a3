--[[ Let a new reader of a network in, or say that it is crowded. The same reader asked again, as a
retry does, is let in again and counted once.

KEYS[1]  set     readers this network (/32, /64) brought in the window; ARGV[3] s
KEYS[2]  string  how many the wide network (/24, /48) brought; ARGV[3] s. Same slot as KEYS[1].

ARGV[1]  reader, hashed    ARGV[2] most of the network    ARGV[3] window, s
ARGV[4]  most of the wide network

Returns 0 let in, 1 the network is crowded, 2 the wide network is. A refusal writes nothing, so a
flood of new readers does not fill the store.
]]
local call = redis.call
if call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
if tonumber(call('GET', KEYS[2]) or 0) >= tonumber(ARGV[4]) then return 2 end
if call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 1 end
call('SADD', KEYS[1], ARGV[1])
call('INCR', KEYS[2])
call('EXPIRE', KEYS[1], ARGV[3])
call('EXPIRE', KEYS[2], ARGV[3])
return 0
