--[[ The threads of one address, best first. Reads only. Behind act.lua.

KEYS[1] stem: cv:<a> and cb:<a> are computed from it and share its hash tag (comment.lua names them)

act.address  whose threads     act.most  number of threads at most
act.score, act.below  return only what comes after this place: a score and an id, or '' from the best

A thread without recommendations has the time of its id as its score, so those are in order in cv:<a>; the others are
in cb:<a>. Scores change with recommendations only, never with time: a page begins where the one before ended, whatever
was written meanwhile.

Returns {id, score, id, score, ..}, the best first, after the place down to which they are complete: '' and 0 for all,
else the id and score of the last of the LOOKED_AT threads that were searched.
]]
local LOOKED_AT, AT_ONCE = 800, 80
local DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
local threads, ranked = KEYS[1] .. 'cv:' .. act.address, KEYS[1] .. 'cb:' .. act.address
local most, score, below = act.most, act.score, act.below

-- Return when a thread was written, as its id has it, s since the epoch.
local function written_s(id)
  local ms = 0
  for at = 1, 9 do
    ms = ms * 32 + DIGITS:find(id:sub(at, at), 1, true) - 1
  end
  return floor(ms / 1000)
end

-- Return what is before every id of a second in which the ids are not written yet, and after all others.
local function before_ids_of(second)
  local ms, digits = second * 1000, ''
  for _ = 1, 9 do
    digits, ms = DIGITS:sub(ms % 32 + 1, ms % 32 + 1) .. digits, floor(ms / 32)
  end
  return '(' .. digits
end

local found = {}
local function find(id, at)
  local is_after = below == '' or at < score or (at == score and id < below)
  if is_after then found[#found + 1] = { id, at } end
  return is_after
end

local top, newest, ties = '+inf', '+', 0
if below ~= '' then
  top, newest, ties = score, before_ids_of(score + 1), call('ZCOUNT', ranked, score, score)
end
local best = call('ZREVRANGEBYSCORE', ranked, top, '-inf', 'WITHSCORES', 'LIMIT', 0, most + ties)
for at = 1, #best, 2 do
  find(best[at], tonumber(best[at + 1]))
end
local plain, looked = 0, 0
local last
repeat
  local ids = call('ZREVRANGEBYLEX', threads, newest, '-', 'LIMIT', 0, AT_ONCE)
  for _, id in ipairs(ids) do
    if not call('ZSCORE', ranked, id) and find(id, written_s(id)) then plain = plain + 1 end
    if plain == most then break end
  end
  last = ids[#ids]
  newest, looked = '(' .. (last or ''), looked + #ids
until plain == most or #ids < AT_ONCE or looked >= LOOKED_AT

table.sort(found, function(a, b)
  if a[2] == b[2] then return a[1] > b[1] end
  return a[2] > b[2]
end)
local page = { '', 0 }
if plain < most and looked >= LOOKED_AT then page = { last, written_s(last) } end
for at = 1, math.min(most, #found) do
  local id, of = found[at][1], found[at][2]
  if of < page[2] then break end
  page[#page + 1] = id
  page[#page + 1] = of
end
return page
