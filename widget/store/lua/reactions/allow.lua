--[[ Count one act in several allowances, if each has it left. Behind act.lua and allowance.lua.

KEYS[i]  string  ms since the epoch at which allowance i is whole again; until then. All in one slot.

act.now_ms      since the epoch
act.allowances  for each key, {burst, every_ms}: acts at once, and ms until one more is back

Returns 0 counted in all, or the seconds to wait (nothing written).
]]
local now, times = act.now_ms, {}
for i, key in ipairs(KEYS) do
  local burst, every = unpack(act.allowances[i])
  local whole_at = tonumber(call('GET', key) or nil)
  times[i] = after_one_more(whole_at, now, burst, every)
  if not times[i] then return math.ceil((whole_at + every - burst * every - now) / 1000) end
end
for i, key in ipairs(KEYS) do
  keep_until_whole(key, times[i], now)
end
return 0
