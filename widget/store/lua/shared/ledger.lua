--[[ The totals in which votes are filed: the only code that writes them. Behind base.lua.

KEYS[1]  hash  the article; of it, this file writes h1..h15: held votes of each choice, a1..a15: those set aside, and
               a: their sum
KEYS[2]  stem  the prefix of every other key of this partition. No key has this name: it is the guard (base.lua).
               The keys computed from it share KEYS[1]'s hash tag, so its slot:
           t:<id>             hash    timeline, (hours since f) * 16 + choice -> votes; no TTL
           h:<day>            hash    the site's hours, (hour of day) * 16 + choice -> votes; no TTL
           d                  hash    the site's days, day * 16 + choice -> votes; no TTL
           sec:<day>          hash    the sections' votes, <choice>:<section> -> votes; no TTL
           top:<day>:0        zset    articles by that day's votes; 400 days
           mix:<day>          hash    article -> its votes of choice 1 .. n on that day, as msgpack (day_mixes.lua);
                                      400 days
           top:<day>:<choice> zset    articles by that day's votes of a choice, in a store of schema 1 and on a day on
                                      which it was one; 400 days
           hot:<hour>         zset    articles by that hour's votes; 3 days
           held               zset    articles by their held votes, if any; no TTL
           e:<address>        hash    evidence of an address's votes (evidence.lua); no TTL
           past               string  number of changes to past days; no TTL
Days and hours are since the epoch.

Keeps: the sum of the site's days is the sum of its articles and of its hours. An editor's own question is in
no total but its timeline and held. A vote is subtracted from the hour in which it was filed, so no total is
ever below zero. An article's votes of a choice on a day are those of mix:<day> and top:<day>:<choice> together.
]]
local TOP_TTL_S = 400 * 86400
local HOT_TTL_S = 3 * 86400
-- As text, since each call would make a number into one again.
local CHOICES = { '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15' }
local article, stem = KEYS[1], KEYS[2]
-- The script that follows sets these: the article's id, the time in seconds, the article's first hour, its
-- section or nil or false, whether it is an editor's own question, and whether earlier releases use the store too.
local id, now, first, section, is_question, is_schema_1

-- Add to the article's score in a ranking. A ranking that is new gets the TTL; with no time left, it gets no votes.
local function rank(zset, by, ttl)
  if by > 0 and ttl and ttl <= 0 then return end
  local votes = call('ZINCRBY', zset, by == 1 and '1' or by, id)
  if by < 0 then
    if tonumber(votes) <= 0 then call('ZREM', zset, id) end
  elseif ttl and call('TTL', zset) < 0 then
    call('EXPIRE', zset, ttl)
  end
end

-- Add to the article's votes by choice on a day: choice -> by. Where the day has lists of choices, it stays with them.
local function file_in_day(day, of_choice, ttl)
  local lists = {}
  for choice in pairs(of_choice) do
    lists[#lists + 1] = stem .. 'top:' .. day .. ':' .. choice
  end
  if is_schema_1 or call('EXISTS', unpack(lists)) > 0 then
    local elsewhere = {}
    for choice, by in pairs(of_choice) do
      local list, listed = stem .. 'top:' .. day .. ':' .. choice, by
      if by < 0 then listed = math.max(by, -(tonumber(call('ZSCORE', list, id) or nil) or 0)) end
      if listed ~= 0 then rank(list, listed, ttl) end
      if by ~= listed then elsewhere[choice] = by - listed end
    end
    of_choice = elsewhere
  end
  if not next(of_choice) or ttl and ttl <= 0 then return end
  local key = stem .. 'mix:' .. day
  local packed = call('HGET', key, id)
  local votes, any = packed and cmsgpack.unpack(packed) or {}, false
  for choice, by in pairs(of_choice) do
    for at = #votes + 1, choice do
      votes[at] = 0
    end
    votes[choice] = votes[choice] + by
  end
  for _, number in ipairs(votes) do
    any = any or number ~= 0
  end
  if not any then
    call('HDEL', key, id)
  elseif call('HSET', key, id, cmsgpack.pack(votes)) == 1 and call('TTL', key) < 0 then
    call('EXPIRE', key, ttl or TOP_TTL_S)
  end
end

-- File votes of a choice under an hour of the article's timeline; `by` may be negative. Return that hour's votes.
local function file_in_timeline(choice, hour, by)
  if floor(hour / 24) < floor(now / 86400) then call('INCR', stem .. 'past') end
  return add(stem .. 't:' .. id, (hour - first) * 16 + choice, by)
end

-- File them under the site's hour and day and the article's section. Return the hour's and the day's total.
local function file_totals(choice, hour, by)
  local day = floor(hour / 24)
  if section then add(stem .. 'sec:' .. day, CHOICES[choice] .. ':' .. section, by) end
  return add(stem .. 'h:' .. day, (hour % 24) * 16 + choice, by),
    add(stem .. 'd', day * 16 + choice, by)
end

-- File them everywhere at once. The article must not be behind (catch_up.lua).
-- any: count them in the rankings of all choices too. A vote that only changes its choice within an hour does not.
-- top_ttl, hot_ttl: the TTL of a new ranking. Without them it is kept for its whole time from now on.
local function file(choice, hour, by, any, top_ttl, hot_ttl)
  file_in_timeline(choice, hour, by)
  if is_question then return end -- its choices differ from the site's
  local that_hour, that_day = file_totals(choice, hour, by)
  -- Only the first votes of a choice in a day or hour can make a ranking.
  if not top_ttl and that_day == by then top_ttl = TOP_TTL_S end
  if not hot_ttl and that_hour == by then hot_ttl = HOT_TTL_S end
  local day = floor(hour / 24)
  file_in_day(day, { [choice] = by }, top_ttl)
  if any then
    rank(stem .. 'top:' .. day .. ':0', by, top_ttl)
    rank(stem .. 'hot:' .. hour, by, hot_ttl)
  end
end

-- Add held votes of a choice, which are in no other total; `by` may be negative.
local function hold(choice, by)
  if by == 0 then return end
  add(article, 'h' .. choice, by)
  rank(stem .. 'held', by)
end

-- The same for votes that an editor set aside; no list has them.
local function set_aside(choice, by)
  if by == 0 then return end
  add(article, 'a' .. choice, by)
  add(article, 'a', by)
end
