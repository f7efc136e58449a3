--[[ Make one choice this reader's choice on an article. All of it happens, or none.

KEYS[1]  hash    the article: f first hour, b buckets, v voters, x closes at (s), s state,
                 c section, q an editor's own question, "1".."15" counted votes
                 of each choice, h1..h15 held ones,
                 @<origin> voters who came from there
KEYS[2]  stem    name that every other key of this partition begins with (no key of its own).
                 The keys computed from it share KEYS[1]'s hash tag, so its slot:
           m:<id>:<n>         hash  bucket n of the voter table, mark -> packed; until x
           p:<id>             string  the page as JSON, as its first voter's browser told it; no TTL
           t:<id>             hash  timeline, (hours since f) * 16 + choice -> votes; no TTL
           h:<day>            hash  the site's hours, (hour of day) * 16 + choice -> votes; no TTL
           d                  hash  the site's days, day * 16 + choice -> votes; no TTL
           sec:<day>          hash  the sections' votes, <choice>:<section> -> votes; no TTL
           all                zset  every article by the hour of its first vote; no TTL
           polls              zset  the same for editors' own questions, which stand in no other
                                    total than their own, timeline and held; no TTL
           held               zset  articles by their held votes, if any; no TTL
           past               string  changes of days that were over when they were made; no TTL
           seen               hash  origin -> when an article last had its first voter from there,
                                    s; no TTL
           top:<day>:<choice> zset  articles by that day's votes, 0 for all choices; 400 days
           hot:<hour>         zset  articles by that hour's votes; 3 days
           r:<rate id>        string  casts of one token in this minute; 60 s

ARGV[1]  mark, 8 bytes            ARGV[5]  seconds an article stays open after its first vote
ARGV[2]  seq, 1..2147483646; 0:   ARGV[6]  article id
         take back what stands, also
         where an editor closed
ARGV[3]  choice, 0 takes it back  ARGV[7]  how many choices there are: none cast before is above it
ARGV[4]  now, s since the epoch   ARGV[8]  rate id   ARGV[9]  casts a minute, 0: no limit
ARGV[10] section, ARGV[11] page: kept at the article's first vote
ARGV[12] origin the vote came from, "" for none
ARGV[13] 1: a new reader's vote is held out of the counts until an editor releases it
ARGV[14] the editor's own question that this is, "" for the reactions
and only for an article that several addresses lead to (move_begin.lua), each with a table of voters:
ARGV[15] the address asked for, '' for the article's own; the mark and seq are of that one
ARGV[16], ARGV[17], ..  each other address and the same reader's mark there, whose choice is taken out

Returns {code, choice, seq, closes at, status, count of choice 1, .., count of choice n}; with ARGV[2] = 0
the choice is the one that was taken back, 0 for none;
code 0 stands, 1 closed (nothing written), 2 too many casts (nothing but the rate written), 3 the
address leads elsewhere by now or is just moving (nothing written: look where, and cast again).

Keeps: no count below zero; each count is the number of its counted marks; the sum of the
site's days is the sum of its articles and of its hours. A vote is filed under the hour it was
cast in, and taken from that hour again, so an hour is never negative either.

A mark's value packs seq, hours since f, or f: where that is there (14 bits), status (2 bits:
0 counted, 1 held, 2 void) and choice (4 bits). Buckets split one at a time
(linear hashing, Litwin 1980) and stay small enough for the compact encoding of every Redis
since 6.2 (512 entries).
]]
local LOAD = 128
local TOP_TTL_S = 400 * 86400
local HOT_TTL_S = 3 * 86400
local COUNTED, HELD = 0, 1

local call, floor, format = redis.call, math.floor, string.format
local article, stem = KEYS[1], KEYS[2]
local mark, seq, choice = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local now, id, choices = tonumber(ARGV[4]), ARGV[6], tonumber(ARGV[7])
local is_question = ARGV[14] ~= ''

-- Names and numbers that are always the same are texts: a number is made into one at each call.
local names = {
  'f',
  'b',
  'v',
  'x',
  's',
  'c',
  'f:',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '10',
  '11',
  '12',
  '13',
  '14',
  '15',
}
local meta = call('HMGET', article, unpack(names, 1, 7 + choices))
local first, buckets, closes = tonumber(meta[1]), tonumber(meta[2]), tonumber(meta[4])
local section, voters = meta[6], tonumber(meta[3]) or 0

-- Answers from what was read, kept up to date by count() below: one read of the article in all.
local function standing(code, at_choice, at_seq, at_status)
  local answer = { code, at_choice, at_seq, closes or 0, at_status }
  for i = 1, choices do
    answer[5 + i] = tonumber(meta[7 + i]) or 0
  end
  return answer
end

if meta[5] == 'm' or (meta[5] and seq > 0) or (closes and now >= closes) then
  return standing(meta[5] == 'm' and 3 or 1, 0, 0, COUNTED)
end

local hour = floor(now / 3600)

local is_new = not first
if is_new and seq == 0 then return standing(0, 0, 0, COUNTED) end
if is_new then
  first, buckets, closes = hour, 1, now + tonumber(ARGV[5])
  section = section or ARGV[10] ~= '' and ARGV[10] -- a comment may have come first
end

local level
local function place(of_mark, among)
  level = 1
  while level * 2 <= among do
    level = level * 2
  end
  local hash = struct.unpack('>I4', of_mark)
  local at = hash % (level * 2)
  return at < among and at or hash % level
end

local base, suffix, address = tonumber(meta[7]) or first, '', id
local others, status = nil, tonumber(ARGV[13])
if ARGV[15] then
  others = {}
  for i = 16, #ARGV, 2 do
    local other = { address = ARGV[i], mark = ARGV[i + 1] }
    local of = other.address == id and '' or ':' .. other.address
    local there = call('HMGET', article, 'b' .. of, of == '' and 'f:' or 'f' .. of)
    if there[1] then
      local at = place(other.mark, tonumber(there[1]))
      other.bucket = stem .. 'm:' .. other.address .. ':' .. at
      other.packed = tonumber(call('HGET', other.bucket, other.mark) or false)
      other.base = tonumber(there[2]) or first
      if other.packed then
        others[#others + 1] = other
        status = math.max(#others > 1 and status or COUNTED, floor(other.packed / 16) % 4)
      end
    elseif of ~= '' then
      return standing(3, 0, 0, COUNTED)
    end
  end
  if ARGV[15] ~= '' then
    address, suffix = ARGV[15], ':' .. ARGV[15]
    local here = call('HMGET', article, 'b' .. suffix, 'f' .. suffix, 'v' .. suffix)
    if not here[1] then return standing(3, 0, 0, COUNTED) end
    buckets, base, voters = tonumber(here[1]), tonumber(here[2]) or first, tonumber(here[3]) or 0
  end
end
local is_known = others and #others > 0
if hour < base then hour = base end -- a clock set back files the vote in the first hour

local table_stem = stem .. 'm:' .. address .. ':'
local bucket = table_stem .. format('%d', place(mark, buckets))

local packed = tonumber(call('HGET', bucket, mark) or false)
local old_choice, old_hour, old_seq = 0, hour, 0
if packed then
  old_choice = packed % 16
  status = floor(packed / 16) % 4
  old_hour = base + floor(packed / 64) % 16384
  old_seq = floor(packed / 1048576)
end
local taken_back
if seq == 0 then
  taken_back, seq = old_choice, old_seq + 1
  for _, other in ipairs(others or {}) do
    if taken_back == 0 then taken_back = other.packed % 16 end
  end
  if taken_back == 0 then return standing(0, 0, old_seq, COUNTED) end
end
if packed then
  if seq <= old_seq then
    local own_choice = old_choice
    if is_known then
      for _, other in ipairs(others) do
        if own_choice == 0 then own_choice = other.packed % 16 end
      end
    end
    return standing(0, own_choice, old_seq, status)
  end
end

-- Only what would change something counts: a replay is answered however often it comes.
local limit = tonumber(ARGV[9])
if limit > 0 then
  local rate_key = stem .. 'r:' .. ARGV[8]
  local is_first = call('SET', rate_key, '1', 'EX', '60', 'NX')
  if not is_first and call('INCR', rate_key) > limit then return standing(2, 0, 0, COUNTED) end
end

if is_new then
  call('HSET', article, 'f', first, 'b', 1, 'x', closes)
  if section then call('HSET', article, 'c', section) end
  call('SET', stem .. 'p:' .. id, ARGV[11], 'NX')
  call('ZADD', stem .. (is_question and 'polls' or 'all'), first, id)
  if is_question then call('HSET', article, 'q', ARGV[14]) end
end

local changed = {} -- fields of the article and their values, written at once
local function set(field, value)
  changed[#changed + 1], changed[#changed + 2] = field, value
end
local function add(key, field, by)
  local votes = call('HINCRBY', key, field, by == 1 and '1' or by)
  if votes == 0 then call('HDEL', key, field) end
  return votes
end
local function rank(zset, by)
  local votes = call('ZINCRBY', zset, by == 1 and '1' or by, id)
  if by < 0 and tonumber(votes) <= 0 then call('ZREM', zset, id) end
end
-- What does not ask for the choice, `any`, is the same before and after a change within the hour.
local function count(of_choice, of_hour, by, any)
  local day = floor(of_hour / 24)
  local day_text = format('%d', day)
  if day < floor(now / 86400) then call('INCR', stem .. 'past') end
  local top = stem .. 'top:' .. day_text .. ':'
  local top_of_choice = top .. names[7 + of_choice]
  meta[7 + of_choice] = (meta[7 + of_choice] or 0) + by
  set(of_choice, meta[7 + of_choice])
  add(stem .. 't:' .. id, (of_hour - first) * 16 + of_choice, by)
  if is_question then return end -- its choices are others than the site's
  local that_hour = add(stem .. 'h:' .. day_text, (of_hour % 24) * 16 + of_choice, by)
  local that_day = add(stem .. 'd', day * 16 + of_choice, by)
  if section then add(stem .. 'sec:' .. day_text, names[7 + of_choice] .. ':' .. section, by) end
  rank(top_of_choice, by)
  local hot = stem .. 'hot:' .. format('%d', of_hour)
  if any then
    rank(top .. '0', by)
    rank(hot, by)
  end
  -- A ranking that is made anew is made by the first vote of its choice in its day or hour.
  if by == 1 and that_day == 1 then
    call('EXPIRE', top_of_choice, TOP_TTL_S)
    call('EXPIRE', top .. '0', TOP_TTL_S)
  end
  if by == 1 and that_hour == 1 then call('EXPIRE', hot, HOT_TTL_S) end
end
local function hold(of_choice, by)
  add(article, 'h' .. of_choice, by)
  rank(stem .. 'held', by)
end
if is_known then
  for _, other in ipairs(others) do
    local taken, of_status = other.packed % 16, floor(other.packed / 16) % 4
    if taken > 0 then
      if of_status == COUNTED then
        count(taken, other.base + floor(other.packed / 64) % 16384, -1, true)
      elseif of_status == HELD then
        hold(taken, -1)
      end
      call('HSET', other.bucket, other.mark, format('%.0f', other.packed - taken))
    end
  end
end
if choice == old_choice then
  hour = old_hour -- the same choice again is not a new vote: it stays where it was filed
elseif status == COUNTED then
  local any = old_choice == 0 or choice == 0 or old_hour ~= hour
  if old_choice > 0 then count(old_choice, old_hour, -1, any) end
  if choice > 0 then count(choice, hour, 1, any) end
elseif status == HELD then
  if old_choice > 0 then hold(old_choice, -1) end
  if choice > 0 then hold(choice, 1) end
end

local value = ((seq * 16384 + (hour - base)) * 4 + status) * 16 + choice
call('HSET', bucket, mark, format('%.0f', value))

if not packed then
  local origin = ARGV[12]
  if origin ~= '' and not is_known and call('HINCRBY', article, '@' .. origin, 1) == 1 then
    call('HSET', stem .. 'seen', origin, now)
  end
  voters = voters + 1
  set('v' .. suffix, voters)
  if voters == 1 then call('EXPIRE', bucket, closes - now) end
  if voters > buckets * LOAD then
    local source, target = table_stem .. (buckets - level), table_stem .. buckets
    local pairs_there = call('HGETALL', source)
    local moved, gone = {}, {}
    for i = 1, #pairs_there, 2 do
      if struct.unpack('>I4', pairs_there[i]) % (level * 2) == buckets then
        gone[#gone + 1] = pairs_there[i]
        moved[#moved + 1] = pairs_there[i]
        moved[#moved + 1] = pairs_there[i + 1]
      end
    end
    -- An empty bucket is no key and has no TTL to keep, so a split that would leave one waits
    -- for the next voter.
    if #gone > 0 and #gone * 2 < #pairs_there then
      call('HSET', target, unpack(moved))
      call('HDEL', source, unpack(gone))
      call('EXPIRE', target, closes - now)
      set('b' .. suffix, buckets + 1)
    end
  end
end
if #changed > 0 then call('HSET', article, unpack(changed)) end
return standing(0, taken_back or choice, seq, status)
