--[[ The votes of one partition's articles by choice, in some hours of one day: a portion. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: top:<day>:0, a:<id> and t:<id> are computed from it and share its hash tag (ledger.lua names them)

act.day    since the epoch    act.first  hour since the epoch    act.stop  the hour after the last
act.choices  number of choices    act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last article; how much of a portion was read, per cent; then of
each article with such votes: its id, its section ("" for none), votes of choice 1 .. n.
]]
local PORTION = 1500 -- fields of timelines
local AT_ONCE = 100
local SHORT = 512 -- up to so many fields a hash is a list in memory: each look-up of a field would walk it again
local stem, choices = KEYS[1], act.choices
local rank, read = act.from or 0, 0
local answer = { false, 0 }

-- Return the article's votes by choice, or nil if it has none in these hours.
local function votes_of(id, began, length)
  local sums, any = {}, false
  for choice = 1, choices do
    sums[choice] = 0
  end
  local function count(hour, choice, votes)
    if hour < act.first or hour >= act.stop or choice < 1 or choice > choices or not votes then
      return
    end
    sums[choice], any = sums[choice] + votes, true
  end
  if length <= SHORT then
    local fields = call('HGETALL', stem .. 't:' .. id)
    for i = 1, #fields, 2 do
      local packed = tonumber(fields[i])
      count(began + floor(packed / 16), packed % 16, tonumber(fields[i + 1]))
    end
  else
    local fields = {}
    for hour = math.max(act.first, began), act.stop - 1 do
      for choice = 1, choices do
        fields[#fields + 1] = (hour - began) * 16 + choice
      end
    end
    local found = #fields > 0 and call('HMGET', stem .. 't:' .. id, unpack(fields)) or {}
    for at, field in ipairs(fields) do
      count(began + floor(field / 16), field % 16, tonumber(found[at] or nil))
    end
  end
  return any and sums
end

local more = true
while more and read < PORTION do
  local ids =
    call('ZRANGE', stem .. 'top:' .. format('%d', act.day) .. ':0', rank, rank + AT_ONCE - 1)
  more = #ids == AT_ONCE
  for _, id in ipairs(ids) do
    if read >= PORTION then
      more = true
      break
    end
    local about = call('HMGET', stem .. 'a:' .. id, 'f', 'c')
    local length = call('HLEN', stem .. 't:' .. id)
    local votes = about[1] and votes_of(id, tonumber(about[1]), length)
    if votes then
      local at = #answer
      answer[at + 1], answer[at + 2] = id, about[2] or ''
      for choice = 1, choices do
        answer[at + 2 + choice] = votes[choice]
      end
    end
    rank, read = rank + 1, read + 5 + math.min(length, 24 * choices)
  end
end
answer[1], answer[2] = more and rank, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
