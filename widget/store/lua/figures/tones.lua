--[[ What was usual for the tone of one partition's comments: of stories, and of days. Reads only. Behind act.lua.

KEYS[1] stem: all (articles by the hour of their first vote), a:<id>, and the tone totals ct:<id> of an article and ctd
        of days, name/day -> sum, are computed from it and share its hash tag (ledger.lua and comment.lua name them)

act.first, act.stop  days since the epoch: stories whose first vote was in one of these days, and the days themselves
act.looked  number of stories, the latest first    act.least  comments with a lean, for a story to be answered

Returns msgpack: comments with a lean, the sum of their leans and of its squares, of each day; then of each story: its
section ("" for none) and the same three.
]]
local stem = KEYS[1]
local answer, fields = {}, {}
local function append(value) answer[#answer + 1] = value end

for day = act.first, act.stop - 1 do
  for _, name in ipairs({ 'n/', 'sum/', 'squares/' }) do
    fields[#fields + 1] = name .. format('%d', day)
  end
end
for _, sum in ipairs(call('HMGET', stem .. 'ctd', unpack(fields))) do
  append(tonumber(sum or nil) or 0)
end

local ids = call(
  'ZREVRANGEBYSCORE',
  stem .. 'all',
  '(' .. format('%d', act.stop * 24),
  act.first * 24,
  'LIMIT',
  0,
  act.looked
)
for _, id in ipairs(ids) do
  local sums = call('HMGET', stem .. 'ct:' .. id, 'n/', 'sum/', 'squares/')
  local n = tonumber(sums[1] or nil) or 0
  if n >= act.least then
    append(call('HGET', stem .. 'a:' .. id, 'c') or '')
    append(n)
    append(tonumber(sums[2] or nil) or 0)
    append(tonumber(sums[3] or nil) or 0)
  end
end
return cmsgpack.pack(answer)
