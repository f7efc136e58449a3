--[[ How a vote is packed into a number, and which bucket of an article's voters holds it. Behind base.lua.
No KEYS, no ARGV.

The voters of an address are a table of buckets: hashes m:<address>:<n>, mark -> packed vote. A mark is 8 bytes.
A packed vote is seq (31 bits), hours since the table's base hour (14 bits), status (2 bits) and choice (4 bits), seq
highest. The kind says whether the voter was new or known when the mark was made; votes of before schema 2 have none.
A vote p of a kind is stored as -2p - kind: so it stays small, and a Lua number holds it exactly. Builds before v0.4.0
was complete stored kind * 2^51 + p instead.

Most voters vote once and are counted. Such a vote of a kind, of the first weeks of its table, is
hours * 16 + choice + 1, and negative if the voter was known. No other vote is as small, as seq is at least 1. In a
bucket it takes 2 bytes in place of 4 in the first ten days, and then 3.

Buckets split one at a time (linear hashing, Litwin 1980), so they stay small enough for the compact encoding of
every Redis since 6.2 (512 entries). bucket_of in widget/store/reactions/votes.py computes bucket_number too.
]]
local COUNTED, HELD, VOID, ASIDE = 0, 1, 2, 3
local NEW, KNOWN = 1, 2
local SHORT_HOURS = 2047 -- so that what is stored has 16 bits

-- Return choice, status, hour since the epoch, seq and kind.
local function unpack_vote(packed, base)
  local kind = 0
  if packed > -32768 and packed < 32768 then
    kind, packed = packed > 0 and NEW or KNOWN, math.abs(packed) - 1
    return packed % 16, COUNTED, base + floor(packed / 16), 1, kind
  elseif packed < 0 then
    kind = packed % 2 == 1 and NEW or KNOWN
    packed = (-packed - kind) / 2
  elseif packed >= 2251799813685248 then
    kind, packed = floor(packed / 2251799813685248), packed % 2251799813685248
  end
  return packed % 16,
    floor(packed / 16) % 4,
    base + floor(packed / 64) % 16384,
    floor(packed / 1048576),
    kind
end

local function pack_vote(choice, status, hour, seq, kind, base)
  local hours = hour - base
  if seq == 1 and status == COUNTED and kind > 0 and hours < SHORT_HOURS then
    local short = hours * 16 + choice + 1
    return kind == NEW and short or -short
  end
  local packed = ((seq * 16384 + hours) * 4 + status) * 16 + choice
  return format('%.0f', kind > 0 and -2 * packed - kind or packed)
end

-- Return the number of a mark's bucket, and the level: the highest power of two not above `buckets`.
local function bucket_number(mark, buckets)
  local level = 1
  while level * 2 <= buckets do
    level = level * 2
  end
  local hash = struct.unpack('>I4', mark)
  local number = hash % (level * 2)
  return number < buckets and number or hash % level, level
end

-- Split one bucket, so that there is one more. Return whether it was done.
local function split_bucket(table_stem, buckets, level, ttl)
  local source, target = table_stem .. (buckets - level), table_stem .. buckets
  local votes = call('HGETALL', source)
  local moved, gone = {}, {}
  for i = 1, #votes, 2 do
    if struct.unpack('>I4', votes[i]) % (level * 2) == buckets then
      gone[#gone + 1] = votes[i]
      moved[#moved + 1] = votes[i]
      moved[#moved + 1] = votes[i + 1]
    end
  end
  -- An empty bucket is no key and has no TTL to keep, so a split that would leave one waits for the
  -- next voter.
  if #gone == 0 or #gone * 2 >= #votes then return false end
  call('HSET', target, unpack(moved))
  call('HDEL', source, unpack(gone))
  call('EXPIRE', target, ttl)
  return true
end
