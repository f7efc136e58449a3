--[[ Let a new reader in who brings a vote along, in one round trip. The files of the vote's script follow this one, and
go on with the vote of a reader who is let in free. Nobody else's vote is looked at, and nothing is written for them:
admit.lua then says what they must do. Behind allowance.lua and admission.lua.

KEYS[1], KEYS[2]    as cast.lua has them
KEYS[3] to KEYS[7]  as admission.lua has them; in a cluster they are in another slot, so this is for one server only
ARGV                as cast.lua has it, and behind that the act of admission.lua as JSON, without a proof, the
                    moment as act.now_ms, and the reader's hash, 8 bytes

Returns what cast.lua returns, or {9} for a reader who is not let in free.
]]
local newcomer, at_ms = table.remove(ARGV), tonumber(table.remove(ARGV))
local entering = cjson.decode(table.remove(ARGV))
entering.now_ms = at_ms
if admit({ unpack(KEYS, 3) }, entering, newcomer) ~= FREE then return { 9 } end
