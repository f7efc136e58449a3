--[[ How many votes of one partition stand outside the counts until an editor decides. Reads only.

KEYS[1] zset: articles by their held votes

Returns msgpack: articles, votes.
]]
local ranked = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local votes = 0
for i = 2, #ranked, 2 do votes = votes + tonumber(ranked[i]) end
return cmsgpack.pack({ #ranked / 2, votes })
