--[[ Make one choice this reader's choice on an article. All of it happens, or none. The only script with
positional arguments: votes are so frequent that the cost of decoding JSON would show.
Behind base.lua, allowance.lua, networks.lua, marks.lua, ledger.lua, catch_up.lua and evidence.lua.

KEYS[1]  hash    the article: f first hour, b buckets, v voters, x closes at (s), s state,
                 c section, d how the story's name is settled (naming.lua), q an editor's own question,
                 "1".."15" counted votes of each choice, h1..h15 held ones,
                 a1..a15 those set aside, a their sum, ad the hour of the latest ones,
                 @<origin> voters who came from there,
                 y "<choice> <until, s>": new readers' votes for the choice are held until then,
                 w the table of networks: its day, buckets, networks, and the buckets of the day before,
                 u what is not filed everywhere yet (catch_up.lua); no TTL
KEYS[2]  stem    as ledger.lua has it. Computed from it, with the same hash tag, beside the keys of ledger.lua:
           m:<id>:<n>   hash    bucket n of the voters, mark -> packed vote (marks.lua); until x
           p:<id>       string  the page as JSON, from its first voter's browser; no TTL
           all          zset    every article by the hour of its first vote; no TTL
           polls        zset    the same for editors' own questions; no TTL
           new          zset    articles that nobody has confirmed, by the time at which they go, s; no TTL
           seen         hash    origin -> when an article last had its first voter from there, s; no TTL
           w:<day>:<id>:<n>  hash  bucket n of the networks of voters, mark -> when a network's allowance is whole
                                   again, s after the day began (26 bits), and above it a bit for each choice that the
                                   network brought a vote for on that day; to the end of the next day
           arms              hash  <day>:<arm>:<choice> -> first votes in an arm of the site's experiment; no TTL

ARGV[1]  mark, 8 bytes            ARGV[5]  seconds an article stays open after its first vote
ARGV[2]  seq, 1..2147483646; 0:   ARGV[6]  article id
         take the vote back, also
         where an editor closed
ARGV[3]  choice, 0 takes it back  ARGV[7]  number of choices: none cast before is above it
ARGV[4]  now, s since the epoch   ARGV[8]  1: the reader casts too often; only a repeat is answered
ARGV[9]  '' if this vote may not be the article's first; else seconds after which a new article
         goes unless somebody confirms it, 0: never
ARGV[10] section, ARGV[11] page: stored with the article's first vote
ARGV[12] origin the vote came from, "" for none
ARGV[13] 1: a new reader's vote is held out of the counts until an editor releases it
ARGV[14] the editor's own question that this is, "" for the reactions
ARGV[15] the reader's networks on this article (networks.lua), "" for none
ARGV[16] voters of one network that are counted at once, ARGV[17] seconds until one more is
ARGV[18] digest of what the reader's page says about the story, "" if it may not name it
ARGV[19] about a new voter, "" if this store has no evidence (schema 1): kind (1 new, 2 known, 0 none), how they came
         (1 by the form, 2 after a proof of work, 3 by Open Heart, 0 otherwise), 1 if their origin is not the
         site's first one, and behind these three digits the arm of the site's experiment, if there is one; only
         the kind, if all that is nothing
and only for an article that several addresses resolve to (move_begin.lua), each with a table of voters:
ARGV[20] the requested address, '' for the article's own; the mark and seq belong to it
ARGV[21], ARGV[22], ..  each other address and the same reader's mark there, whose choice is removed

Returns {code, choice, seq, status, votes set aside, hour of the latest ones, count of choice 1, .., count of choice n};
with ARGV[2] = 0 the choice is the one taken back, 0 for none;
code 0 done, 1 closed, 2 the reader casts too often, 3 the address now resolves to another article, is just moving,
or more addresses resolve to the article than are given (resolve it again, and cast again), 4 a repeat changes
nothing, 5 the article is new and may not be, 6 done, and what the page of this new voter says may rename the story
(name.lua), 7 done, and another choice was replaced, 8 the same choice again under a newer seq. Only 0, 6, 7 and 8
write.

Keeps: no count below zero; each count is the number of its counted marks. A vote is filed under the hour in
which it was cast, and later subtracted from the same hour. A new voter whose network has no allowance left on this
article is held. A vote that an editor set aside stays aside, whatever its reader changes. An article with a settled
name (naming.lua) is not in new.
]]
local LOAD = 128
local NONE = {}
local A_FEW = 5 -- a story with more counted voters stays
local FAR = 64 -- characters of u: a hash with a longer value takes several times the memory
local WHOLE_AT = 67108864 -- two years: the choices of a network are above its time

local mark, seq, choice = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local choices = tonumber(ARGV[7])
now, id, is_question, is_schema_1 = tonumber(ARGV[4]), ARGV[6], ARGV[14] ~= '', ARGV[19] == ''

local fields, flat = {}, call('HGETALL', article)
for i = 1, #flat, 2 do
  fields[flat[i]] = flat[i + 1]
end
local buckets, closes = tonumber(fields.b), tonumber(fields.x)
local voters = tonumber(fields.v) or 0
first, section = tonumber(fields.f), fields.c

-- Return what the article has, kept up to date by count() below: one read of the article in all.
local function tally(code, at_choice, at_seq, at_status)
  local answer =
    { code, at_choice, at_seq, at_status, tonumber(fields.a) or 0, tonumber(fields.ad) or 0 }
  for i = 1, choices do
    answer[6 + i] = tonumber(fields[CHOICES[i]]) or 0
  end
  return answer
end

if fields.s == 'm' or (fields.s and seq > 0) or (closes and now >= closes) then
  return tally(fields.s == 'm' and 3 or 1, 0, 0, COUNTED)
end

-- Other addresses resolve to the article ('x:', article.lua). A caller that remembers fewer of them than there are
-- would count a reader twice.
if fields['x:'] then
  local addresses = 0
  for name in pairs(fields) do
    if name:match('^b:.') then addresses = addresses + 1 end
  end
  if addresses > (ARGV[20] and (#ARGV - 20) / 2 or 0) then return tally(3, 0, 0, COUNTED) end
end

local hour = floor(now / 3600)

local is_new = not first
if is_new and seq == 0 then return tally(0, 0, 0, COUNTED) end
if is_new then
  first, buckets, closes = hour, 1, now + tonumber(ARGV[5])
  section = section or ARGV[10] ~= '' and ARGV[10] -- a comment may have come first
end

local base, suffix, address = tonumber(fields['f:']) or first, '', id
local about = ARGV[19]
local others, status, kind = NONE, tonumber(ARGV[13]), (about:byte(1) or 48) - 48
if ARGV[20] then
  others = {}
  for i = 21, #ARGV, 2 do
    local other = { address = ARGV[i], mark = ARGV[i + 1] }
    local of = other.address == id and '' or ':' .. other.address
    local its_buckets = tonumber(fields['b' .. of])
    if its_buckets then
      local number = bucket_number(other.mark, its_buckets)
      other.bucket = stem .. 'm:' .. other.address .. ':' .. number
      other.base = tonumber(fields[of == '' and 'f:' or 'f' .. of]) or first
      local packed = tonumber(call('HGET', other.bucket, other.mark) or false)
      if packed then
        other.choice, other.status, other.hour, other.seq, other.kind =
          unpack_vote(packed, other.base)
        others[#others + 1] = other
        status = math.max(#others > 1 and status or COUNTED, other.status)
        kind = other.kind
      end
    elseif of ~= '' then
      return tally(3, 0, 0, COUNTED)
    end
  end
  if ARGV[20] ~= '' then
    address, suffix = ARGV[20], ':' .. ARGV[20]
    buckets, base = tonumber(fields['b' .. suffix]), tonumber(fields['f' .. suffix]) or first
    voters = tonumber(fields['v' .. suffix]) or 0
    if not buckets then return tally(3, 0, 0, COUNTED) end
  end
end
local is_known = #others > 0
if hour < base then hour = base end -- if the clock was set back, the vote is filed in the first hour

local table_stem = stem .. 'm:' .. address .. ':'
local number, level = bucket_number(mark, buckets)
local bucket = table_stem .. number

local packed = tonumber(call('HGET', bucket, mark) or false)
local old_choice, old_hour, old_seq = 0, hour, 0
if packed then
  old_choice, status, old_hour, old_seq, kind = unpack_vote(packed, base)
end
local old_status = status
local choice_anywhere = old_choice -- under this address, or else the first one under another
for _, other in ipairs(others) do
  if choice_anywhere == 0 then choice_anywhere = other.choice end
end
local taken_back
if seq == 0 then
  taken_back, seq = choice_anywhere, old_seq + 1
  if taken_back == 0 then return tally(0, 0, old_seq, COUNTED) end
end
if packed and seq <= old_seq then return tally(4, choice_anywhere, old_seq, status) end
if ARGV[8] == '1' then return tally(2, 0, 0, COUNTED) end
if is_new and ARGV[9] == '' then return tally(5, 0, 0, COUNTED) end

if is_new then
  call('HSET', article, 'f', first, 'b', 1, 'x', closes)
  if not fields.d then call('HSET', article, 'd', '?') end
  if section then call('HSET', article, 'c', section) end
  call('SET', stem .. 'p:' .. id, ARGV[11], 'NX')
  call('ZADD', stem .. (is_question and 'polls' or 'all'), first, id)
  if is_question then call('HSET', article, 'q', ARGV[14]) end
  if ARGV[9] ~= '0' then call('ZADD', stem .. 'new', now + ARGV[9], id) end
end

local changed = {} -- fields of the article and their values, written at once
local function set(field, value)
  changed[#changed + 1], changed[#changed + 2] = field, value
end
-- What is not filed everywhere yet (catch_up.lua), and whether this vote adds to it.
local behind, falls_behind = fields.u or ' ', false
-- File a vote of today or yesterday in the timeline, and elsewhere later. Older ones, and all votes of a store that
-- earlier releases write to, are filed everywhere at once.
local function count(of_choice, of_hour, by, any)
  local name = CHOICES[of_choice]
  fields[name] = (fields[name] or 0) + by
  set(name, fields[name])
  if is_question or about ~= '' and of_hour >= (floor(now / 86400) - 1) * 24 then
    local votes = file_in_timeline(of_choice, of_hour, by)
    local at = format('%d:', (of_hour - first) * 16 + of_choice)
    if not is_question and not behind:find(' ' .. at, 1, true) then
      behind, falls_behind = behind .. at .. votes - by .. ' ', true
    end
  else
    if behind ~= ' ' then catch_up(behind) end
    behind, falls_behind = ' ', false
    file(of_choice, of_hour, by, any)
  end
end

-- Add a vote to what its status says, or take it out. any: as for file().
local function place(of_address, of_choice, of_status, of_hour, of_kind, by, any, is_again)
  if of_choice == 0 or of_status == VOID then return end
  if of_status == HELD then return hold(of_choice, by) end
  if of_status == COUNTED then
    count(of_choice, of_hour, by, any)
  else
    set_aside(of_choice, by)
    fields.a = (fields.a or 0) + by
  end
  if of_kind == NEW or of_kind == KNOWN then
    witness(of_address, of_hour, of_choice, of_kind, by, is_again)
  end
end

-- Whether a new voter comes from another network than those before. The last of ARGV[15] is the widest.
local is_second_network
-- Whether a new voter's network, the first of ARGV[15], brought a vote for the same choice today.
local is_again
-- Return whether the networks of a new voter have this vote left, and count it.
local function is_within_networks()
  local day = floor(now / 86400)
  local of_day, of_buckets, of_networks, of_before = (fields.w or ''):match(
    '(%d+) (%d+) (%d+) (%d+)'
  )
  local known_day = tonumber(of_day) or 0
  local number_of, found, before = 1, 0, 0
  if known_day >= day then -- later, if the clock was set back
    day, number_of, found, before =
      known_day, tonumber(of_buckets), tonumber(of_networks), tonumber(of_before)
  elseif known_day == day - 1 then
    before = tonumber(of_buckets)
  end
  local began, burst, every = day * 86400, tonumber(ARGV[16]), tonumber(ARGV[17])
  local networks_stem = stem .. 'w:' .. day .. ':' .. id .. ':'
  local had_others = found > 0 or before > 0

  -- Count a network that nobody came from before; at: its bucket.
  local function one_more(at, level_of)
    found = found + 1
    local ttl = began + 172800 - now
    if found == 1 then call('EXPIRE', networks_stem .. at, ttl) end
    if found > number_of * LOAD and split_bucket(networks_stem, number_of, level_of, ttl) then
      number_of = number_of + 1
    end
    set('w', format('%d %d %d %d', day, number_of, found, before))
  end
  -- Mostly nobody came from the voter's only network today: then it had its whole allowance.
  local after_first = after_one_more(nil, now - began, burst, every)
  if after_first and #ARGV[15] == 16 and before == 0 then
    local today = ARGV[15]:sub(1, 8)
    local at, level_of = bucket_number(today, number_of)
    local value = math.min(after_first, WHOLE_AT - 1)
    if kind > 0 and choice > 0 then value = value + 2 ^ (choice - 1) * WHOLE_AT end
    if call('HSETNX', networks_stem .. at, today, format('%.0f', value)) == 1 then
      is_second_network = had_others
      one_more(at, level_of)
      return true
    end
  end
  local known = {}
  return within_allowances(ARGV[15], now - began, burst, every, function(today, yesterday)
    local at = bucket_number(today, number_of)
    known[today] = call('HGET', networks_stem .. at, today)
    is_second_network = had_others and not known[today]
    if known[today] then return tonumber(known[today]) % WHOLE_AT end
    if before == 0 then return nil end
    local old = stem .. 'w:' .. day - 1 .. ':' .. id .. ':'
    local used = call('HGET', old .. bucket_number(yesterday, before), yesterday)
    if used then is_second_network = false end
    return used and tonumber(used) % WHOLE_AT - 86400
  end, function(today, whole_at)
    local at, level_of = bucket_number(today, number_of)
    local chosen, its_bit = known[today] and floor(known[today] / WHOLE_AT) or 0, 2 ^ (choice - 1)
    if kind > 0 and choice > 0 then
      if floor(chosen / its_bit) % 2 == 0 then
        chosen = chosen + its_bit
      elseif today == ARGV[15]:sub(1, 8) then
        is_again = true
      end
    end
    local value = math.min(whole_at, WHOLE_AT - 1) + chosen * WHOLE_AT
    call('HSET', networks_stem .. at, today, value)
    if not known[today] then one_more(at, level_of) end
  end)
end
local is_within = true
if not packed and not is_known and status == COUNTED and ARGV[15] ~= '' then
  is_within = is_within_networks()
  if not is_within then status = HELD end
end
if fields.y and kind == NEW and status == COUNTED and choice > 0 and choice ~= old_choice then
  local of_choice, to = fields.y:match('^(%d+) (%d+)$')
  if tonumber(of_choice) == choice and now < tonumber(to) then
    status = HELD
    note_in(address, 'g' .. hour, 3)
  end
end

if is_known then
  for _, other in ipairs(others) do
    if other.choice > 0 then
      place(other.address, other.choice, other.status, other.hour, other.kind, -1, true)
      local left = pack_vote(0, other.status, other.hour, other.seq, other.kind, other.base)
      call('HSET', other.bucket, other.mark, left)
    end
  end
end
if choice == old_choice then
  hour = old_hour -- the same choice again is not a new vote: it stays in its hour
else
  local any = old_choice == 0 or choice == 0 or old_hour ~= hour or old_status ~= status
  place(address, old_choice, old_status, old_hour, kind, -1, any)
  place(address, choice, status, hour, kind, 1, any, is_again)
end

call('HSET', bucket, mark, pack_vote(choice, status, hour, seq, kind, base))

if about ~= '' and status == HELD and not packed and not is_known then
  if old_status == HELD then
    note_in(address, 'g' .. hour, 1)
  elseif not is_within then
    note_in(address, 'g' .. hour, 2)
  end
end
if #about > 1 and not packed and not is_known then
  local channel = about:byte(2) - 48
  if channel > 0 then note_in(address, hour * 16, channel) end
  if about:sub(3, 3) == '1' then note_in(address, '@' .. hour .. ':' .. ARGV[12], 1) end
  if #about > 3 and choice > 0 and status == COUNTED then
    local arm = floor(now / 86400) .. ':' .. about:sub(4)
    call('HINCRBY', stem .. 'arms', arm .. ':' .. choice, 1)
  end
end

if not packed then
  local origin = ARGV[12]
  if origin ~= '' and not is_known then
    local from_there = fields['@' .. origin]
    if not from_there then call('HSET', stem .. 'seen', origin, now) end
    set('@' .. origin, (from_there or 0) + 1)
  end
  voters = voters + 1
  set('v' .. suffix, voters)
  if voters == 1 then call('EXPIRE', bucket, closes - now) end
  if voters > buckets * LOAD and split_bucket(table_stem, buckets, level, closes - now) then
    set('b' .. suffix, buckets + 1)
  end
end
local is_far_behind = #behind > FAR
if falls_behind and not is_far_behind then
  call('SADD', stem .. 'behind', id)
  set('u', behind)
end
if #changed > 0 then call('HSET', article, unpack(changed)) end
if is_far_behind then catch_up(behind) end
if not packed and status == COUNTED and (fields.d == '?' or fields.d == '.') then
  local counted = 0 -- of a story with a provisional name: of a few votes, so this is cheap
  for i = 1, choices do
    counted = counted + (tonumber(fields[CHOICES[i]]) or 0)
  end
  if counted == A_FEW + 1 or counted <= A_FEW and is_second_network then
    call('ZREM', stem .. 'new', id)
  end
end
-- Only what a new, counted voter's page says can name the story. Nearly always it says what is known.
local is_news = not packed
  and not is_known
  and choice > 0
  and status == COUNTED
  and ARGV[18] ~= ''
  and ARGV[18] ~= fields.d
local code = is_news and 6 or 0
if choice == old_choice and not is_known then
  code = 8
elseif old_choice > 0 or is_known then
  code = 7
end
return tally(code, taken_back or choice, seq, status)
