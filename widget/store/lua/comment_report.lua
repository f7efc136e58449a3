--[[ A reader reports another's comment: it goes to the queue, and is held when many do.

KEYS as comment_lib.lua. Computed beside those, with the same hash tag:
  cf:<id>  set  marks of the readers who reported it; 30 days

ARGV[1]  id      ARGV[3]  the mark its author would have
ARGV[2]  mark    ARGV[4]  reports that hold it, 0: none does

Returns 0 reported (again, too), 1 no such published comment, 2 their own. What an editor has
approved is neither queued nor held again.
]]
local id = ARGV[1]
local comment = read(key)
if comment.s ~= 'p' then return 1 end
if comment.m == ARGV[3] then return 2 end
local reports = stem .. 'cf:' .. id
if call('SADD', reports, ARGV[2]) == 0 then return 0 end
call('EXPIRE', reports, 30 * 86400)

local old, fields = copy(comment), { rp = tonumber(comment.rp or 0) + 1 }
local most = tonumber(ARGV[4])
if most > 0 and fields.rp >= most and not comment.ok then
  fields.s, fields.w = 'h', comment.w and comment.w .. ',reported' or 'reported'
end
change(comment, fields)
settle(id, old, comment)
return 0
