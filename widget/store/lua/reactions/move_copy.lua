--[[ Copy a bucket of a moving table, or its evidence, to the target's slot, where nothing refers to it before the join.
Behind article.lua; KEYS[1] is the target article, and buckets m:<table>:<n> are computed from KEYS[2].

act.table, act.n  which bucket    act.closes  time of its expiry, s    act.token  of the move
act.marks         mark, packed vote, .. of the bucket, which is replaced; without any it is removed
act.evidence      instead of act.n and act.marks: field, value, .. of e:<table>, which is replaced

Codes: late (the move was joined or refused already), done.
]]
local of_id = act.table
if fields['done:' .. of_id] == act.token then return answer('late') end
if of_id == id then
  if fields.s ~= 'm' then return answer('late') end
elseif fields['b:' .. of_id] then
  return answer('late')
end
local function replace(key, list)
  call('UNLINK', key)
  for i = 1, #list, 1000 do
    call('HSET', key, unpack(list, i, math.min(i + 999, #list)))
  end
  if #list > 0 then call('EXPIRE', key, math.max(act.closes - now, 1)) end
end
if act.evidence then
  replace(stem .. 'e:' .. of_id, act.evidence)
  return answer('done')
end
local bucket, votes = stem .. 'm:' .. of_id .. ':' .. act.n, {}
for i = 1, #act.marks, 2 do
  votes[i], votes[i + 1] = bytes(act.marks[i]), act.marks[i + 1]
end
replace(bucket, votes)
return answer('done')
