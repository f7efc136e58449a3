--[[ End a script before it reads what follows votes later (catch_up.lua), if an article of the partition is behind.
Behind act.lua.

KEYS[1] stem: behind is computed from it and shares its hash tag

act.as_is  optional: read it as it is

Returns nil then.
]]
if not act.as_is and call('EXISTS', KEYS[1] .. 'behind') == 1 then return false end
