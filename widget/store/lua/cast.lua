--[[ Make one choice this reader's choice on an article. All of it happens, or none.

KEYS[1]  hash    the article: f first hour, b buckets, v voters, x closes at (s), s state,
                 c section, "1".."15" counted votes of each choice, h1..h15 held ones,
                 @<origin> voters who came from there
KEYS[2]  stem    name that every other key of this partition begins with (no key of its own).
                 The keys computed from it share KEYS[1]'s hash tag, so its slot:
           m:<id>:<n>         hash  bucket n of the voter table, mark -> packed; until x
           p:<id>             string  the page as JSON, as its first voter's browser told it; no TTL
           t:<id>             hash  timeline, (hours since f) * 16 + choice -> votes; no TTL
           h:<day>            hash  the site's hours, (hour of day) * 16 + choice -> votes; no TTL
           d                  hash  the site's days, day * 16 + choice -> votes; no TTL
           sec:<day>          hash  the sections' votes, <choice>:<section> -> votes; no TTL
           sum                hash  the site's totals, choice -> votes; no TTL
           all                zset  every article by its votes; no TTL
           held               zset  articles by their held votes, if any; no TTL
           seen               hash  origin -> when a new voter last came from there, s; no TTL
           top:<day>:<choice> zset  articles by that day's votes, 0 for all choices; 400 days
           hot:<hour>         zset  articles by that hour's votes; 3 days
           r:<rate id>        string  casts of one token in this minute; 60 s

ARGV[1]  mark, 8 bytes            ARGV[5]  seconds an article stays open after its first vote
ARGV[2]  seq, 1..2147483646       ARGV[6]  article id
ARGV[3]  choice, 0 takes it back  ARGV[7]  how many choices to answer
ARGV[4]  now, s since the epoch   ARGV[8]  rate id   ARGV[9]  casts a minute, 0: no limit
ARGV[10] section, ARGV[11] page: kept at the article's first vote
ARGV[12] origin the vote came from, "" for none
ARGV[13] 1: a new reader's vote is held out of the counts until an editor releases it
and only for an article that several addresses lead to (move_begin.lua), each with a table of voters:
ARGV[14] the address asked for, '' for the article's own; the mark and seq are of that one
ARGV[15], ARGV[16], ..  each other address and the same reader's mark there, whose choice is taken out

Returns {code, choice, seq, closes at, status, count of choice 1, .., count of choice n};
code 0 stands, 1 closed (nothing written), 2 too many casts (nothing but the rate written), 3 the
address leads elsewhere by now or is just moving (nothing written: look where, and cast again).

Keeps: no count below zero; each count is the number of its counted marks; the site's sum is
the sum of its articles and of its hours. A vote is filed under the hour it was cast in, and taken
from that hour again, so an hour is never negative either.

A mark's value packs seq, hours since f, or since f: where that is there (14 bits), status (2 bits: 0 counted, 1 held, 2 void) and
choice (4 bits). Buckets split one at a time (linear hashing, Litwin 1980) and stay small enough
for the compact encoding of every Redis since 6.2 (512 entries).
]]
local LOAD = 128
local TOP_TTL_S = 400 * 86400
local HOT_TTL_S = 3 * 86400
local COUNTED, HELD = 0, 1

local article, stem = KEYS[1], KEYS[2]
local mark, seq, choice = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local now, id, origin = tonumber(ARGV[4]), ARGV[6], ARGV[12]
local call = redis.call

local meta = call('HMGET', article, 'f', 'b', 'f:', 'x', 's', 'c')
local first, buckets, closes = tonumber(meta[1]), tonumber(meta[2]), tonumber(meta[4])
local section = meta[6]

local fields = {}
for i = 1, tonumber(ARGV[7]) do fields[i] = i end
local function standing(code, at_choice, at_seq, at_status)
  local answer = { code, at_choice, at_seq, closes or 0, at_status }
  local counts = call('HMGET', article, unpack(fields))
  for i = 1, #fields do answer[5 + i] = tonumber(counts[i]) or 0 end
  return answer
end

if meta[5] or (closes and now >= closes) then
  return standing(meta[5] == 'm' and 3 or 1, 0, 0, COUNTED)
end

local hour = math.floor(now / 3600)

local is_new = not first
if is_new then
  first, buckets, closes = hour, 1, now + tonumber(ARGV[5])
  section = section or ARGV[10] ~= '' and ARGV[10] -- a comment may have come first
end

local level
local function place(of_mark, among)
  level = 1
  while level * 2 <= among do level = level * 2 end
  local hash = struct.unpack('>I4', of_mark)
  local at = hash % (level * 2)
  return at < among and at or hash % level
end

local base, suffix, table_id = tonumber(meta[3]) or first, '', id
local others, status = nil, tonumber(ARGV[13])
if ARGV[14] then
  others = {}
  for i = 15, #ARGV, 2 do
    local address, other = ARGV[i], ARGV[i + 1]
    local of = address == id and '' or ':' .. address
    local there = call('HMGET', article, 'b' .. of, of == '' and 'f:' or 'f' .. of)
    if there[1] then
      local key = stem .. 'm:' .. address .. ':' .. place(other, tonumber(there[1]))
      local value = tonumber(call('HGET', key, other) or false)
      if value then
        others[#others + 1] = { key, other, value, tonumber(there[2]) or first }
        status = math.max(#others > 1 and status or 0, math.floor(value / 16) % 4)
      end
    elseif of ~= '' then
      return standing(3, 0, 0, COUNTED)
    end
  end
  if ARGV[14] ~= '' then
    table_id, suffix = ARGV[14], ':' .. ARGV[14]
    local here = call('HMGET', article, 'b' .. suffix, 'f' .. suffix)
    if not here[1] then return standing(3, 0, 0, COUNTED) end
    buckets, base = tonumber(here[1]), tonumber(here[2]) or first
  end
end
local is_known = others and #others > 0
if hour < base then hour = base end -- a clock set back files the vote in the first hour

local table_stem = stem .. 'm:' .. table_id .. ':'
local bucket = table_stem .. place(mark, buckets)

local packed = tonumber(call('HGET', bucket, mark) or false)
local old_choice, old_hour, old_seq = 0, hour, 0
if packed then
  old_choice = packed % 16
  status = math.floor(packed / 16) % 4
  old_hour = base + math.floor(packed / 64) % 16384
  old_seq = math.floor(packed / 1048576)
  if seq <= old_seq then
    local own_choice = old_choice
    if is_known then
      for _, other in ipairs(others) do
        if own_choice == 0 then own_choice = other[3] % 16 end
      end
    end
    return standing(0, own_choice, old_seq, status)
  end
end

-- Only what would change something counts: a replay is answered however often it comes.
local limit = tonumber(ARGV[9])
if limit > 0 then
  local rate_key = stem .. 'r:' .. ARGV[8]
  local casts = call('INCR', rate_key)
  if casts == 1 then call('EXPIRE', rate_key, 60) end
  if casts > limit then return standing(2, 0, 0, COUNTED) end
end

if is_new then
  call('HSET', article, 'f', first, 'b', 1, 'x', closes)
  if section then call('HSET', article, 'c', section) end
  call('SET', stem .. 'p:' .. id, ARGV[11], 'NX')
  call('ZADD', stem .. 'all', 0, id)
end

local function rank(zset, by, ttl_s)
  local score = tonumber(call('ZINCRBY', zset, by, id))
  if score <= 0 then call('ZREM', zset, id) elseif by == 1 and score == 1 then call('EXPIRE', zset, ttl_s) end
end
local function add(key, field, by)
  if call('HINCRBY', key, field, by) == 0 then call('HDEL', key, field) end
end
local function move(of_choice, of_hour, by)
  local day = math.floor(of_hour / 24)
  add(article, of_choice, by)
  add(stem .. 't:' .. id, (of_hour - first) * 16 + of_choice, by)
  add(stem .. 'h:' .. day, (of_hour % 24) * 16 + of_choice, by)
  add(stem .. 'd', day * 16 + of_choice, by)
  add(stem .. 'sum', of_choice, by)
  if section then add(stem .. 'sec:' .. day, of_choice .. ':' .. section, by) end
  rank(stem .. 'top:' .. day .. ':0', by, TOP_TTL_S)
  rank(stem .. 'top:' .. day .. ':' .. of_choice, by, TOP_TTL_S)
  rank(stem .. 'hot:' .. of_hour, by, HOT_TTL_S)
  call('ZINCRBY', stem .. 'all', by, id)
end
local function hold(of_choice, by)
  add(article, 'h' .. of_choice, by)
  if tonumber(call('ZINCRBY', stem .. 'held', by, id)) <= 0 then call('ZREM', stem .. 'held', id) end
end
if is_known then
  for _, other in ipairs(others) do
    local key, other_mark, value, other_base = unpack(other)
    local taken, of_status = value % 16, math.floor(value / 16) % 4
    if taken > 0 then
      if of_status == COUNTED then
        move(taken, other_base + math.floor(value / 64) % 16384, -1)
      elseif of_status == HELD then
        hold(taken, -1)
      end
      call('HSET', key, other_mark, string.format('%.0f', value - taken))
    end
  end
end
if choice == old_choice then
  hour = old_hour -- the same choice again is not a new vote: it stays where it was filed
elseif status == COUNTED then
  if old_choice > 0 then move(old_choice, old_hour, -1) end
  if choice > 0 then move(choice, hour, 1) end
elseif status == HELD then
  if old_choice > 0 then hold(old_choice, -1) end
  if choice > 0 then hold(choice, 1) end
end

local value = ((seq * 16384 + (hour - base)) * 4 + status) * 16 + choice
call('HSET', bucket, mark, string.format('%.0f', value))

if not packed then
  if origin ~= '' and not is_known then
    call('HINCRBY', article, '@' .. origin, 1)
    call('HSET', stem .. 'seen', origin, now)
  end
  local voters = call('HINCRBY', article, 'v' .. suffix, 1)
  if call('HLEN', bucket) == 1 then call('EXPIRE', bucket, closes - now) end
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
    if #gone > 0 then
      call('HSET', target, unpack(moved))
      call('HDEL', source, unpack(gone))
      call('EXPIRE', target, closes - now)
    end
    call('HSET', article, 'b' .. suffix, buckets + 1)
  end
end
return standing(0, choice, seq, status)
