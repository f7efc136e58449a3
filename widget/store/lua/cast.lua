--[[ Make one choice this reader's choice on an article. All of it happens, or none.

KEYS[1]  hash    the article: f first hour, b buckets, v voters, x closes at (s), s state,
                 u address, "1".."15" counted votes of each choice
KEYS[2]  stem    name that every other key of this partition begins with (no key of its own).
                 The keys computed from it share KEYS[1]'s hash tag, so its slot:
           m:<id>:<n>         hash  bucket n of the voter table, mark -> packed; until x
           t:<id>             hash  timeline, (hours since f) * 16 + choice -> votes; no TTL
           h:<day>            hash  the site's hours, (hour of day) * 16 + choice -> votes; no TTL
           d                  hash  the site's days, day * 16 + choice -> votes; no TTL
           sum                hash  the site's totals, choice -> votes; no TTL
           all                zset  every article by its votes; no TTL
           top:<day>:<choice> zset  articles by that day's votes, 0 for all choices; 400 days
           r:<rate id>        string  casts of one token in this minute; 60 s

ARGV[1]  mark, 8 bytes            ARGV[5]  seconds an article stays open after its first vote
ARGV[2]  seq, 1..2147483646       ARGV[6]  article id
ARGV[3]  choice, 0 takes it back  ARGV[7]  how many choices to answer
ARGV[4]  now, s since the epoch   ARGV[8]  rate id   ARGV[9]  casts a minute, 0: no limit
ARGV[10] the article's address, kept at its first vote

Returns {code, choice, seq, closes at, count of choice 1, .., count of choice n};
code 0 stands, 1 closed (nothing written), 2 too many casts (nothing but the rate written).

Keeps: no count below zero; each count is the number of its counted marks; the site's sum is
the sum of its articles and of its hours. A vote is filed under the hour it was cast in, and taken
from that hour again, so an hour is never negative either.

A mark's value packs seq, hours since f (14 bits), status (2 bits: 0 counted, 1 held, 2 void) and
choice (4 bits). Buckets split one at a time (linear hashing, Litwin 1980) and stay small enough
for the compact encoding of every Redis since 6.2 (512 entries).
]]
local LOAD = 128
local TOP_TTL_S = 400 * 86400

local article, stem = KEYS[1], KEYS[2]
local mark, seq, choice = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local now, id = tonumber(ARGV[4]), ARGV[6]
local call = redis.call

-- One read of the article serves the decision and the answer: after it, this script alone writes.
local fields = { 'f', 'b', 'v', 'x', 's' }
for i = 1, tonumber(ARGV[7]) do fields[5 + i] = i end
local meta = call('HMGET', article, unpack(fields))
local first, buckets, closes = tonumber(meta[1]), tonumber(meta[2]), tonumber(meta[4])
local voters = tonumber(meta[3] or 0)

local counts = {}
for i = 6, #fields do counts[i - 5] = tonumber(meta[i] or 0) end
local function standing(code, at_choice, at_seq)
  return { code, at_choice, at_seq, closes or 0, unpack(counts) }
end

if meta[5] or (closes and now >= closes) then return standing(1, 0, 0) end

local hour = math.floor(now / 3600)

local is_new = not first
if is_new then first, buckets, closes = hour, 1, now + tonumber(ARGV[5]) end
if hour < first then hour = first end -- a clock set back files the vote in the first hour

local table_stem = stem .. 'm:' .. id .. ':'
local level = 1
while level * 2 <= buckets do level = level * 2 end
local hash = struct.unpack('>I4', mark)
local at = hash % (level * 2)
if at >= buckets then at = hash % level end
local bucket = table_stem .. at

local packed = tonumber(call('HGET', bucket, mark) or false)
local old_choice, status, old_hour, old_seq = 0, 0, hour, 0
if packed then
  old_choice = packed % 16
  status = math.floor(packed / 16) % 4
  old_hour = first + math.floor(packed / 64) % 16384
  old_seq = math.floor(packed / 1048576)
  if seq <= old_seq then return standing(0, old_choice, old_seq) end
end

-- Only what would change something counts: a replay is answered however often it comes.
local limit = tonumber(ARGV[9])
if limit > 0 then
  local rate_key = stem .. 'r:' .. ARGV[8]
  if not call('SET', rate_key, 1, 'EX', 60, 'NX') and call('INCR', rate_key) > limit then
    return standing(2, 0, 0)
  end
end

if is_new then
  call('HSET', article, 'f', first, 'b', buckets, 'x', closes, 'u', ARGV[10])
  call('ZADD', stem .. 'all', 0, id)
end

local changed = {} -- fields of the article and their values, written at once
local function count(of_choice, by)
  counts[of_choice] = (counts[of_choice] or 0) + by
  changed[#changed + 1], changed[#changed + 2] = of_choice, counts[of_choice]
end
local function add(key, field, by)
  local votes = call('HINCRBY', key, field, by)
  if votes == 0 then call('HDEL', key, field) end
  return votes
end
local function rank(zset, by)
  if tonumber(call('ZINCRBY', zset, by, id)) <= 0 then call('ZREM', zset, id) end
end
local function move(of_choice, of_hour, by, of_whole)
  local day = math.floor(of_hour / 24)
  local top = stem .. 'top:' .. day .. ':'
  count(of_choice, by)
  add(stem .. 't:' .. id, (of_hour - first) * 16 + of_choice, by)
  add(stem .. 'h:' .. day, (of_hour % 24) * 16 + of_choice, by)
  local that_day = add(stem .. 'd', day * 16 + of_choice, by)
  add(stem .. 'sum', of_choice, by)
  rank(top .. of_choice, by)
  if of_whole then rank(top .. '0', by) end
  if by == 1 and that_day == 1 then -- the day's first vote for this choice made the keys
    call('EXPIRE', top .. of_choice, TOP_TTL_S)
    call('EXPIRE', top .. '0', TOP_TTL_S)
  end
end
if choice == old_choice then
  hour = old_hour -- the same choice again is not a new vote: it stays where it was filed
elseif status == 0 then
  -- A change within a day leaves the ranking by all choices of that day as it is.
  local same_day = math.floor(hour / 24) == math.floor(old_hour / 24)
  local of_whole = old_choice == 0 or choice == 0 or not same_day
  if old_choice > 0 then move(old_choice, old_hour, -1, of_whole) end
  if choice > 0 then move(choice, hour, 1, of_whole) end
  if old_choice == 0 then call('ZINCRBY', stem .. 'all', 1, id) end
  if choice == 0 then call('ZINCRBY', stem .. 'all', -1, id) end
end

local value = ((seq * 16384 + (hour - first)) * 4 + status) * 16 + choice
call('HSET', bucket, mark, string.format('%.0f', value))

if not packed then
  voters = voters + 1
  changed[#changed + 1], changed[#changed + 2] = 'v', voters
  -- Past half their load no bucket is empty (a chance of e^-64), so its vote did not make it.
  if voters <= buckets * LOAD / 2 and call('HLEN', bucket) == 1 then
    call('EXPIRE', bucket, closes - now)
  end
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
    changed[#changed + 1], changed[#changed + 2] = 'b', buckets + 1
  end
end
if #changed > 0 then call('HSET', article, unpack(changed)) end
return standing(0, choice, seq)
