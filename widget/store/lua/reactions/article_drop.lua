--[[ Remove a story that nobody confirmed in time, with its votes. Behind article.lua.

Of article.lua's fields it needs only act.id and act.now. A story that has
comments, notes, corrections or other addresses is confirmed by them.

Codes: unchanged (it is not due, or is confirmed), done. Of a removed story no key is left, but for those that
name a network, which expire within two days.
]]
local due = tonumber(call('ZSCORE', stem .. 'new', id) or nil)
if not due or due > now then return answer('unchanged') end

local is_plain = fields.s ~= 'm' and not fields.cf and not fields.acts and #tables() <= 1
if is_plain and (is_moving() or call('HEXISTS', stem .. 'moving', id) == 1) then
  return answer('unchanged')
end
if not is_plain or call('EXISTS', stem .. 'n:' .. id) == 1 then
  call('ZREM', stem .. 'new', id)
  return answer('unchanged')
end

if first then
  for at, votes in pairs(timeline()) do
    count(floor(at / 16), at % 16, -votes)
  end
  for choice = 1, MOST_CHOICES do
    hold(choice, -number('h' .. choice))
  end
end
for _, of in ipairs(tables()) do
  for n = 0, of.buckets - 1 do
    call('UNLINK', bucket_key(of, n))
  end
end
for _, list in ipairs({ 'all', 'polls', 'new' }) do
  call('ZREM', stem .. list, id)
end
call('UNLINK', article, stem .. 't:' .. id, stem .. 'p:' .. id, stem .. 'said:' .. id)
return answer('done')
