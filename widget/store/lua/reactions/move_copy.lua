--[[ Copy one bucket of a moving table to the target's slot, where nothing refers to it before the join.
Behind article.lua; KEYS[1] is the target article, and buckets m:<table>:<n> are computed from KEYS[2].

act.table, act.n  which bucket    act.closes  time of its expiry, s    act.token  of the move
act.marks         mark, packed vote, .. of the bucket, which is replaced; without any it is removed

Codes: late (the move was joined or refused already), done.
]]
local of_id = act.table
if fields['done:' .. of_id] == act.token then return answer('late') end
if of_id == id then
  if fields.s ~= 'm' then return answer('late') end
elseif fields['b:' .. of_id] then
  return answer('late')
end
local bucket, votes = stem .. 'm:' .. of_id .. ':' .. act.n, {}
for i = 1, #act.marks, 2 do
  votes[i], votes[i + 1] = bytes(act.marks[i]), act.marks[i + 1]
end
call('UNLINK', bucket)
if #votes > 0 then
  call('HSET', bucket, unpack(votes))
  call('EXPIRE', bucket, act.closes - now)
end
return answer('done')
