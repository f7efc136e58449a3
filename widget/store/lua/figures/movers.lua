--[[ The articles of one partition with votes in the last hours, and their votes in the hours before.
Reads only. Behind act.lua.

KEYS[1] stem: hot:<hour> are computed from it and share its hash tag (ledger.lua names them)

act.hour    the present hour, since the epoch    act.recent  number of recent hours, this one included
act.before  number of hours before those to compare with    act.least  recent votes an article needs

Returns msgpack: recent votes of all, earlier votes of all, then for each article: id, recent, before.
]]
local stem = KEYS[1]
local last_before = act.hour - act.recent

-- Return articles and their votes in these hours.
local function ranked(first, last)
  local names = {}
  for hour = first, last do
    names[#names + 1] = stem .. 'hot:' .. hour
  end
  names[#names + 1] = 'WITHSCORES'
  return call('ZUNION', #names - 1, unpack(names))
end

local answer, at = { 0, 0 }, {}
local recent = ranked(last_before + 1, act.hour)
for i = 1, #recent, 2 do
  local votes = tonumber(recent[i + 1])
  answer[1] = answer[1] + votes
  if votes >= act.least then
    answer[#answer + 1] = recent[i]
    at[recent[i]] = #answer
    answer[#answer + 1] = votes
    answer[#answer + 1] = 0
  end
end
local earlier = ranked(last_before - act.before + 1, last_before)
for i = 1, #earlier, 2 do
  local votes = tonumber(earlier[i + 1])
  answer[2] = answer[2] + votes
  local row = at[earlier[i]]
  if row then answer[row + 2] = votes end
end
return cmsgpack.pack(answer)
