--[[ The articles of one partition with many votes in one of some hours. Reads only. Behind act.lua.

KEYS[1] stem: hot:<hour>, a:<id> and t:<id> are computed from it and share its hash tag (ledger.lua and
        cast.lua name them)

act.first, act.last  hours since the epoch    act.least  votes an article needs
act.choices  number of choices

Returns msgpack: for each article and hour: id, hour, section or "", votes of choice 1 .. n.
]]
local stem = KEYS[1]
local choices = act.choices
local answer = {}
local function append(value) answer[#answer + 1] = value end

for hour = act.first, act.last do
  for _, id in ipairs(call('ZRANGEBYSCORE', stem .. 'hot:' .. hour, act.least, '+inf')) do
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
end
return cmsgpack.pack(answer)
