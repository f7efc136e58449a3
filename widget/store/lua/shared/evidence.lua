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

Keeps: after hour s, the votes of new and of known readers are those of the marks of that kind, hour and choice that
count or are set aside.
]]
-- Amounts are text: a Lua number loses digits above 2^53. No tables, as each run of a script would make them anew.

-- Add a vote to the evidence, or take it out. is_again: its network had brought one for this choice.
local function witness(address, hour, choice, kind, by, is_again)
  local amount
  if is_again then
    amount = kind == NEW and '4398046511105' or '4398048608256'
  elseif by == 1 then
    amount = kind == NEW and '1' or '2097152'
  else
    amount = kind == NEW and '-1' or '-2097152'
  end
  local key, field = stem .. 'e:' .. address, hour * 16 + choice
  if call('HINCRBY', key, field, amount) == 0 then call('HDEL', key, field) end
end

-- Count something that happened in an hour in the counter-th counter of a field.
local function note_in(address, field, counter)
  local amount = counter == 1 and '1' or counter == 2 and '2097152' or '4398046511104'
  call('HINCRBY', stem .. 'e:' .. address, field, amount)
end
