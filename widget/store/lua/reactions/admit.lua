--[[ Let a new reader in, or tell the price (admission.lua). Behind act.lua, allowance.lua and admission.lua.

KEYS[1] to KEYS[5]  as admission.lua has them
act                 as admission.lua has it; act.reader is the reader's hash, 8 bytes

Returns {how, price * 1000}: how 0 free, 1 for work, 2 held, 3 pay the price, 4 too many held.
]]
local how, price = admit(KEYS, act, bytes(act.reader))
return { how, floor(price * 1000 + 0.5) }
