--[[ Evidence: what an hour's votes say about themselves, without anybody's mark. Behind marks.lua and ledger.lua, whose
KEYS it shares.

Computed from KEYS[2]:
  e:<address>  hash  of the votes under one address of the article, in counters of 21 bits, lowest first; no TTL:
                       hour * 16 + choice   votes of new readers, of known ones, and first votes from a network that had
                                            brought one for this choice since midnight, UTC
                       hour * 16            first votes from the form, of readers who did a proof of work, by Open Heart
                       g<hour>              votes held at the gate, of a network without allowance, because of a flag
                       r<hour>              readers asked for a proof of work, and turned away (article_refused.lua)
                       @<hour>:<origin>     first votes from an origin that is not the site's first
                       s                    hour in which the voters of before were forgotten
Hours are since the epoch.

Keeps: after hour s, the votes of new and of known readers are those of the marks of that kind, hour and choice that count
or are set aside.
]]
-- As text: a Lua number loses digits above 2^53.
local ONES = { '1', '2097152', '4398046511104' }
local MINUS_ONES = { '-1', '-2097152' }
local AGAIN = { '4398046511105', '4398048608256' } -- one of a kind, and one from a network that was here before

-- Add a vote to the evidence, or take it out. is_again: its network had brought one for this choice.
local function witness(address, hour, choice, kind, is_added, is_again)
  if choice == 0 or (kind ~= NEW and kind ~= KNOWN) then return end
  local amount = is_added and (is_again and AGAIN or ONES)[kind] or MINUS_ONES[kind]
  local key, field = stem .. 'e:' .. address, hour * 16 + choice
  if call('HINCRBY', key, field, amount) == 0 then call('HDEL', key, field) end
end

-- Count something that happened in an hour in the counter-th counter of a field.
local function note_in(address, field, counter)
  call('HINCRBY', stem .. 'e:' .. address, field, ONES[counter])
end

-- Add differences of votes of one kind at once: hour * 16 + choice -> by.
local function witness_many(address, kind, differences)
  local key = stem .. 'e:' .. address
  for at, by in pairs(differences) do
    if by ~= 0 then
      local amount = kind == NEW and format('%d', by) or format('%.0f', by * 2097152)
      if call('HINCRBY', key, at, amount) == 0 then call('HDEL', key, at) end
    end
  end
end

-- Note that the marks of an address are gone: the evidence up to this hour has none any more.
local function forget_witnesses(address, hour)
  local key = stem .. 'e:' .. address
  if call('EXISTS', key) == 1 then call('HSET', key, 's', hour) end
end
