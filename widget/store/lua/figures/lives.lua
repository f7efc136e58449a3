--[[ How one partition's stories got their votes over their lives: a portion. Reads only. Behind act.lua.

KEYS[1] stem: all (articles by the hour of their first vote), a:<id> and t:<id> are computed from it and share its
        hash tag (ledger.lua and reactions/cast.lua name them)

act.first, act.stop  hours since the epoch: only stories whose first vote was in an hour from first, before stop
act.most   number of stories, the latest first    act.hour  the present hour
act.marks  ages in hours, ascending               act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last story; how much of a portion was read, per cent; then of
each story: its section ("" for none), its age in hours, its votes before each age of act.marks.
]]
local PORTION = 1500 -- fields of timelines
local stem, marks = KEYS[1], act.marks
local rank, read = act.from or 0, 0
local answer = { false, 0 }
local function append(value) answer[#answer + 1] = value end

local ids = call(
  'ZREVRANGEBYSCORE',
  stem .. 'all',
  '(' .. act.stop,
  act.first,
  'LIMIT',
  rank,
  act.most - rank
)
local at = 1
while ids[at] and read < PORTION do
  local about = call('HMGET', stem .. 'a:' .. ids[at], 'f', 'c')
  if about[1] then
    local votes = {}
    for mark = 1, #marks do
      votes[mark] = 0
    end
    local fields = call('HGETALL', stem .. 't:' .. ids[at])
    for i = 1, #fields, 2 do
      local age = floor(tonumber(fields[i]) / 16)
      local mark = #marks
      while mark > 0 and age < marks[mark] do
        votes[mark] = votes[mark] + tonumber(fields[i + 1])
        mark = mark - 1
      end
    end
    append(about[2] or '')
    append(act.hour - tonumber(about[1]))
    for mark = 1, #marks do
      append(votes[mark])
    end
    read = read + 5 + #fields / 2
  end
  at = at + 1
end
answer[1], answer[2] = ids[at] and rank + at - 1 or false, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
