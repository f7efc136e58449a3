--[[ Make up-voting a comment, or not, this reader's choice. As reactions/cast.lua: idempotent, ordered.
Behind comment.lua, allowance.lua and networks.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  cu:<id>        hash  reader's mark -> seq * 2 + (1 up, 0 taken back), negative for a reader who is not counted;
                       until voting on it ends
  cw:<day>:<id>  hash  the networks of new readers, mark -> when a network's allowance is whole again, s since
                       the epoch; to the end of the next day

act.id    the comment's id     act.own_mark  the mark that the reader would have as its author
act.mark  the reader's mark    act.now       s since the epoch
act.seq   grows by the click   act.open_s    seconds that a comment takes votes
act.up    true, or false to take the vote back
act.networks  the reader's networks on this comment (networks.lua), '' for none
act.burst, act.every  readers of one network who are counted at once, and seconds until one more is

Returns {code, up-votes, 1 if this reader's, seq}: 0 done, 1 no such published comment, 2 their
own, 3 closed. A new reader whose network has no allowance left is never counted. Keeps: u is ub and the number of
counted marks that are up.
]]
local mark, seq, up = bytes(act.mark), act.seq, act.up and 1 or 0
local meta = call('HMGET', key, 's', 'm', 'at', 'u', 'a', 'p')
local ups = tonumber(meta[4]) or 0
if meta[1] ~= 'p' then return { 1, 0, 0, 0 } end
if meta[2] == bytes(act.own_mark) then return { 2, ups, 0, 0 } end
local closes, now = tonumber(meta[3]) + act.open_s, act.now
if now >= closes then return { 3, ups, 0, 0 } end

local votes = stem .. 'cu:' .. id
local packed = tonumber(call('HGET', votes, mark) or nil)
local was, old_seq = math.abs(packed or 0) % 2, floor(math.abs(packed or 0) / 2)
if seq <= old_seq then return { 0, ups, was, old_seq } end

-- Return whether the networks of a new reader have this vote left, and count it.
local function is_within_networks()
  local function hash_of(day) return stem .. format('cw:%d:', day) .. id end
  return within_allowances_of(hash_of, bytes(act.networks), now, act.burst, act.every)
end

local is_counted = (packed or 0) > 0 or not packed and is_within_networks()
if ups > 0 and not packed and call('EXISTS', votes) == 0 then call('HSET', key, 'ub', ups) end
call('HSET', votes, mark, format('%.0f', (seq * 2 + up) * (is_counted and 1 or -1)))
call('EXPIRE', votes, closes - now)
if up ~= was and is_counted then
  ups = call('HINCRBY', key, 'u', up - was)
  if not meta[6] then rank_thread({ a = meta[5], at = meta[3] }, ups, true) end
end
return { 0, ups, up, seq }
