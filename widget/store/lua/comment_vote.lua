--[[ Make up-voting a comment, or not, this reader's choice. As lua/cast.lua: idempotent, ordered.

KEYS as comment_lib.lua. Computed beside those, with the same hash tag:
  cu:<id>  hash  reader's mark -> seq * 2 + (1 up, 0 taken back); until voting on it ends

ARGV[1]  id            ARGV[4]  1 up, 0 taken back
ARGV[2]  mark          ARGV[5]  now, s
ARGV[3]  seq           ARGV[6]  seconds a comment takes votes
ARGV[7]  the mark its author would have

Returns {code, up-votes, 1 if this reader's, seq}: 0 stands, 1 no such published comment, 2 their
own, 3 closed. Keeps: u is the number of marks that are up.
]]
local id, mark, seq, up = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local meta = call('HMGET', key, 's', 'm', 'at', 'u')
local ups = tonumber(meta[4]) or 0
if meta[1] ~= 'p' then return { 1, 0, 0, 0 } end
if meta[2] == ARGV[7] then return { 2, ups, 0, 0 } end
local closes, now = tonumber(meta[3]) + tonumber(ARGV[6]), tonumber(ARGV[5])
if now >= closes then return { 3, ups, 0, 0 } end

local votes = stem .. 'cu:' .. id
local packed = tonumber(call('HGET', votes, mark) or 0)
local was, old_seq = packed % 2, math.floor(packed / 2)
if seq <= old_seq then return { 0, ups, was, old_seq } end
call('HSET', votes, mark, string.format('%.0f', seq * 2 + up))
call('EXPIRE', votes, closes - now)
if up ~= was then ups = call('HINCRBY', key, 'u', up - was) end
return { 0, ups, up, seq }
