--[[ How often days that were over changed in one partition. Reads only.

KEYS[1] stem: past is computed from it and shares its hash tag (cast.lua names it)

Returns msgpack: the number.
]]
return cmsgpack.pack({ tonumber(redis.call('GET', KEYS[1] .. 'past') or 0) })
