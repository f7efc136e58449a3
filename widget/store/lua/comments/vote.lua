--[[ Make up-voting a comment, or not, this reader's choice. As reactions/cast.lua: idempotent, ordered.
Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  cu:<id>  hash  reader's mark -> seq * 2 + (1 up, 0 taken back); until voting on it ends

act.id    the comment's id     act.own_mark  the mark that the reader would have as its author
act.mark  the reader's mark    act.now       s since the epoch
act.seq   grows by the click   act.open_s    seconds that a comment takes votes
act.up    true, or false to take the vote back

Returns {code, up-votes, 1 if this reader's, seq}: 0 done, 1 no such published comment, 2 their
own, 3 closed. Keeps: u is the number of marks that are up.
]]
local mark, seq, up = bytes(act.mark), act.seq, act.up and 1 or 0
local meta = call('HMGET', key, 's', 'm', 'at', 'u')
local ups = tonumber(meta[4]) or 0
if meta[1] ~= 'p' then return { 1, 0, 0, 0 } end
if meta[2] == bytes(act.own_mark) then return { 2, ups, 0, 0 } end
local closes, now = tonumber(meta[3]) + act.open_s, act.now
if now >= closes then return { 3, ups, 0, 0 } end

local votes = stem .. 'cu:' .. id
local packed = tonumber(call('HGET', votes, mark) or 0)
local was, old_seq = packed % 2, floor(packed / 2)
if seq <= old_seq then return { 0, ups, was, old_seq } end
call('HSET', votes, mark, format('%.0f', seq * 2 + up))
call('EXPIRE', votes, closes - now)
if up ~= was then ups = call('HINCRBY', key, 'u', up - was) end
return { 0, ups, up, seq }
