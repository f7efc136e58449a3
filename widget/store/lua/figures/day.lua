--[[ The votes of one partition's articles by choice, on one day: a portion. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: top:<day>:<choice> are computed from it and share its hash tag (ledger.lua names them)

act.day  since the epoch    act.choices  number of choices    act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the end of the last choice; how much of a portion was read, per
cent; then of each ranking of this portion: choice, number of articles, and as many times article, votes.
]]
local PORTION = 1000 -- members of rankings
local choice, rank = 1, 0
if act.from then
  choice, rank = act.from[1], act.from[2]
end

local answer, read = { false, 0 }, 0
while choice <= act.choices and read < PORTION do
  local ranking = KEYS[1] .. 'top:' .. act.day .. ':' .. choice
  local found = call('ZRANGE', ranking, rank, rank + PORTION - read - 1, 'WITHSCORES')
  local members = #found / 2
  local at = #answer
  answer[at + 1], answer[at + 2] = choice, members
  for i = 1, #found do
    answer[at + 2 + i] = found[i]
  end
  if members == PORTION - read then
    rank = rank + members
  else
    choice, rank = choice + 1, 0
  end
  read = read + members
end
answer[1], answer[2] = choice <= act.choices and { choice, rank }, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
