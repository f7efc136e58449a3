--[[ Bring some articles of one partition up to date that are behind: a portion. Behind act.lua, ledger.lua and
catch_up.lua.

KEYS[1] guard    KEYS[2] stem, from which behind and a:<id> are computed (catch_up.lua and reactions/cast.lua)

The act has no fields.

Returns the number of articles that are still behind.
]]
local PORTION = 25 -- articles: each has about ten changes
for _, behind in ipairs(call('SRANDMEMBER', stem .. 'behind', PORTION)) do
  id, article = behind, stem .. 'a:' .. behind
  local about = call('HMGET', article, 'f', 'c', 'u')
  first, section = tonumber(about[1]), about[2] or nil
  if about[3] then
    catch_up(about[3])
  else
    call('SREM', stem .. 'behind', id)
  end
end
return call('SCARD', stem .. 'behind')
