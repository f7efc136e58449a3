--[[ Bring one bucket of a moving table to the slot it goes to, where nothing refers to it before the join.
With article_lib.lua; KEYS[1] is the article it goes to, and buckets m:<table>:<n> are computed.

act.table, act.n  which bucket    act.closes  when it is forgotten, s    act.token  of the move
ARGV[2], ..       mark, value, .. of the bucket, which is replaced; without any it is removed

Codes: late (the move was joined or refused already), done.
]]
local of_id = act.table
if fields['done:' .. of_id] == act.token then return answer('late') end
if of_id == id then
  if fields.s ~= 'm' then return answer('late') end
elseif fields['b:' .. of_id] then
  return answer('late')
end
local bucket, pairs_there = stem .. 'm:' .. of_id .. ':' .. act.n, {}
for i = 2, #ARGV do
  pairs_there[i - 1] = ARGV[i]
end
call('UNLINK', bucket)
if #pairs_there > 0 then
  call('HSET', bucket, unpack(pairs_there))
  call('EXPIRE', bucket, act.closes - now)
end
return answer('done')
