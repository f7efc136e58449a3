--[[ The articles of one partition with many votes in one of some hours: a portion. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: hot:<hour>, a:<id> and t:<id> are computed from it and share its hash tag (ledger.lua and
        cast.lua name them)

act.first, act.last  hours since the epoch    act.least  votes an article needs
act.choices  number of choices    act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false if nothing is left; how much of a portion was read, per cent; then for
each article and hour: id, hour, section or "", votes of choice 1 .. n.
]]
local PORTION = 200 -- articles
local stem = KEYS[1]
local choices = act.choices
local hour, rank = act.first, 0
if act.from then
  hour, rank = act.from[1], act.from[2]
end
local answer, read = { false, 0 }, 0
local function append(value) answer[#answer + 1] = value end

while hour <= act.last and read < PORTION do
  local key = stem .. 'hot:' .. format('%d', hour)
  local ids = call('ZRANGEBYSCORE', key, act.least, '+inf', 'LIMIT', rank, PORTION)
  for _, id in ipairs(ids) do
    local about = call('HMGET', stem .. 'a:' .. id, 'f', 'c')
    if about[1] then
      local fields = {}
      for choice = 1, choices do
        fields[choice] = (hour - tonumber(about[1])) * 16 + choice
      end
      local votes = call('HMGET', stem .. 't:' .. id, unpack(fields))
      append(id)
      append(hour)
      append(about[2] or '')
      for choice = 1, choices do
        append(tonumber(votes[choice]) or 0)
      end
    end
  end
  read, rank = read + #ids, rank + PORTION
  if #ids < PORTION then
    hour, rank = hour + 1, 0
  end
end
answer[1], answer[2] = hour <= act.last and { hour, rank }, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
