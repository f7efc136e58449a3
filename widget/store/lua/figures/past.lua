--[[ The number of changes to past days in one partition. Reads only. Behind act.lua.

KEYS[1] stem: past is computed from it and shares its hash tag (ledger.lua names it)

The act is empty.

Returns msgpack: the number.
]]
return cmsgpack.pack({ tonumber(call('GET', KEYS[1] .. 'past') or 0) })
