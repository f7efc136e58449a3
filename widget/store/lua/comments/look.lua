--[[ Ask for a second look at the removal of a reader's own comment. Behind comment.lua and statement.lua.

KEYS as statement.lua. Computed beside those, with the same hash tag:
  cz:<audit id>  hash  what a deletion took out; 7 days

act.id    the comment's id    act.mark  the reader's mark    act.now  s since the epoch

Returns 0 asked (a repeat too), 1 no such comment, 2 another reader's, 3 no editor has removed it. One may be asked
for about each statement. A text that an editor deleted is put back for the second look, hidden from readers.
]]
local comment = read(key)
if not comment.a then return 1 end
local last = last_statement()
local kept = {}
if comment.s == 'd' and last and last.audit then kept = read(stem .. 'cz:' .. last.audit) end
local mark = comment.m or kept.m
if not mark then return 1 end
if mark ~= bytes(act.mark) then return 2 end
if last and last.look then return 0 end
if not last or last.over or (comment.s ~= 'x' and comment.s ~= 'd') then return 3 end

local old, fields = copy(comment), {}
for name, value in pairs(kept) do
  if name ~= 'none' then fields[name] = value end
end
fields.s, fields.lk = 'x', '1'
change(comment, fields)
amend_statement({ look = 'asked', asked = act.now })
settle(old, comment)
return 0
