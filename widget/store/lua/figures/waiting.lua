--[[ The votes and comments of one partition that wait for an editor: a portion. Reads only. Behind act.lua.

KEYS[1] stem: held (articles by their held votes), cq (comments that wait) and flagged (flags that wait) are
        computed from it and share its hash tag

act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last article; how much of a portion was read, per cent; articles
with held votes in this portion, their held votes, comments that wait, the id of the first of these or "", and flags
that wait. There are no comments and flags after the first portion.
]]
local PORTION = 1000 -- articles
local from = act.from or 0
local ranked = call('ZRANGE', KEYS[1] .. 'held', from, from + PORTION - 1, 'WITHSCORES')
local votes = 0
for i = 2, #ranked, 2 do
  votes = votes + tonumber(ranked[i])
end
return cmsgpack.pack({
  #ranked == 2 * PORTION and from + PORTION,
  floor(#ranked / 2 / PORTION * 100),
  #ranked / 2,
  votes,
  from == 0 and call('ZCARD', KEYS[1] .. 'cq') or 0,
  from == 0 and call('ZRANGE', KEYS[1] .. 'cq', 0, 0)[1] or '',
  from == 0 and call('ZCARD', KEYS[1] .. 'flagged') or 0,
})
