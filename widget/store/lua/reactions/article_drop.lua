--[[ Remove a story that nobody confirmed in time, with its votes. Behind removal.lua.

Of article.lua's fields it needs only act.id and act.now. A story that has
comments, notes, corrections or other addresses is confirmed by them.

Codes: unchanged (it is not due, or is confirmed), done. Of a removed story no key is left, but for those that
name a network, which expire within two days.
]]
local due = tonumber(call('ZSCORE', stem .. 'new', id) or nil)
if not due or due > now then return answer('unchanged') end

local is_plain = fields.s ~= 'm' and not fields.cf and not fields.acts and #tables() <= 1
if is_plain and is_moving_anywhere() then return answer('unchanged') end
if not is_plain or call('EXISTS', stem .. 'n:' .. id) == 1 then
  call('ZREM', stem .. 'new', id)
  return answer('unchanged')
end

remove_article()
return answer('done')
