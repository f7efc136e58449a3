--[[ The votes and comments of one partition that wait for an editor. Reads only. Behind act.lua.

KEYS[1] stem: held (articles by their held votes) and cq (comments that wait) are computed from it
        and share its hash tag

The act is empty.

Returns msgpack: articles with held votes, held votes, comments that wait.
]]
local ranked = call('ZRANGE', KEYS[1] .. 'held', 0, -1, 'WITHSCORES')
local votes = 0
for i = 2, #ranked, 2 do
  votes = votes + tonumber(ranked[i])
end
return cmsgpack.pack({ #ranked / 2, votes, call('ZCARD', KEYS[1] .. 'cq') })
