--[[ Remove a comment with all that is about it, from every total and every list. Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag: ch:<id> zset, cz:<audit id> hash, cu:<id> hash,
cj:<id> hash, cw:<day>:<id> hash.

act.id  the comment's id    act.now  s since the epoch

Returns 1 removed, 0 no such comment. The replies of a thread go before the thread.
]]
local comment = read(key)
if not comment.a then return 0 end
local gone = copy(comment)
gone.s, gone.rc = 'd', nil
settle(comment, gone)
count_reports_anew(act.now)
for _, entry in ipairs(call('ZRANGE', stem .. 'ch:' .. id, 0, -1)) do
  call('UNLINK', stem .. 'cz:' .. entry)
end
call('ZREM', stem .. 'cs', id)
local day = floor(act.now / 86400)
for _, of_day in ipairs({ day, day - 1 }) do
  call('UNLINK', stem .. format('cw:%d:', of_day) .. id)
end
for _, kind in ipairs({ 'cu:', 'cr:', 'ch:', 'cj:' }) do
  call('UNLINK', stem .. kind .. id)
end
call('UNLINK', key)
return 1
