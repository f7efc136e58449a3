--[[ The articles of one partition with votes in the last hours, and their votes in the hours before: a portion.
Reads only. Behind act.lua and up_to_date.lua.

KEYS[1] stem: h:<day> and hot:<hour> are computed from it and share its hash tag (ledger.lua names them)

act.hour    the present hour, since the epoch    act.recent  number of recent hours, this one included
act.before  number of hours before those to compare with    act.least  recent votes an article needs
act.from    optional: where the portion before ended

Returns msgpack: where this portion ends, false if nothing is left; how much of a portion was read, per cent; then for
each article: id, recent, before; in the first portion also "", recent votes of all, earlier votes of all.
]]
local PORTION = 100 -- articles
local stem = KEYS[1]
local first_recent = act.hour - act.recent + 1
local first_before = first_recent - act.before
-- Of the votes that an article needs, one of the recent hours has at least its part.
local least_of_one = math.ceil(act.least / act.recent)
local hour, rank = first_recent, 0
if act.from then
  hour, rank = act.from[1], act.from[2]
end

local function hot(of_hour) return stem .. 'hot:' .. format('%d', of_hour) end

-- Add each article's votes in these hours to what it has.
local function add_hours(votes, ids, first, last)
  for one = first, last do
    for i, score in ipairs(call('ZMSCORE', hot(one), unpack(ids))) do
      votes[i] = votes[i] + (tonumber(score or nil) or 0)
    end
  end
end

-- Return articles that have had their part in this hour and not in an earlier recent one.
local function candidates(of_hour, limit)
  local ids = call('ZRANGEBYSCORE', hot(of_hour), least_of_one, '+inf', 'LIMIT', rank, limit)
  rank = #ids == limit and rank + limit or 0
  for one = first_recent, of_hour - 1 do
    if #ids == 0 then break end
    local left = {}
    for i, score in ipairs(call('ZMSCORE', hot(one), unpack(ids))) do
      if (tonumber(score or nil) or 0) < least_of_one then left[#left + 1] = ids[i] end
    end
    ids = left
  end
  return ids
end

local answer = { false, 0 }
local function append(id, recent, before)
  local at = #answer
  answer[at + 1], answer[at + 2], answer[at + 3] = id, recent, before
end

if not act.from then
  local recent, before = 0, 0
  for day = floor(first_before / 24), floor(act.hour / 24) do
    local fields = call('HGETALL', stem .. 'h:' .. format('%d', day))
    for i = 1, #fields, 2 do
      local of_hour, votes = day * 24 + floor(tonumber(fields[i]) / 16), tonumber(fields[i + 1])
      if of_hour >= first_recent and of_hour <= act.hour then
        recent = recent + votes
      elseif of_hour >= first_before and of_hour < first_recent then
        before = before + votes
      end
    end
  end
  append('', recent, before)
end

local read = 0
while hour <= act.hour and read < PORTION do
  local ids = candidates(hour, PORTION)
  read = read + math.max(#ids, 1)
  if rank == 0 then hour = hour + 1 end
  if #ids > 0 then
    local recent, before = {}, {}
    for i = 1, #ids do
      recent[i], before[i] = 0, 0
    end
    add_hours(recent, ids, first_recent, act.hour)
    add_hours(before, ids, first_before, first_recent - 1)
    for i = 1, #ids do
      if recent[i] >= act.least then append(ids[i], recent[i], before[i]) end
    end
  end
end
answer[1], answer[2] = hour <= act.hour and { hour, rank }, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
