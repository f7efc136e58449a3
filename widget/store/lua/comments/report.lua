--[[ Report another reader's comment: it enters the queue, and is held after several reports. Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  cf:<id>  set  marks of the readers who reported it; 30 days

act.id    the comment's id     act.own_mark  the mark that the reader would have as its author
act.mark  the reader's mark    act.most      reports that hold it, 0: no number

Returns 0 reported (a repeat too), 1 no such published comment, 2 their own. A comment that an editor has
approved is neither queued nor held again.
]]
local comment = read(key)
if comment.s ~= 'p' then return 1 end
if comment.m == bytes(act.own_mark) then return 2 end
local reports = stem .. 'cf:' .. id
if call('SADD', reports, bytes(act.mark)) == 0 then return 0 end
call('EXPIRE', reports, 30 * 86400)

local old, fields = copy(comment), { rp = tonumber(comment.rp or 0) + 1 }
if act.most > 0 and fields.rp >= act.most and not comment.ok then
  fields.s, fields.w = 'h', comment.w and comment.w .. ',reported' or 'reported'
end
change(comment, fields)
settle(old, comment)
return 0
