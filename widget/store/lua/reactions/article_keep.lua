--[[ Keep a story that nobody else has confirmed. Behind article.lua.

Codes: moved (merged into another), unchanged (it is confirmed already), done {entry: it has no undo}.
]]
if fields.s == 'm' then return answer('moved') end
if not call('ZSCORE', stem .. 'new', id) then return answer('unchanged') end
return answer('done', { entry = log('not confirmed', 'kept') })
