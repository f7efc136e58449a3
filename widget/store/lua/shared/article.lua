--[[ What the scripts of corrections share: an article's fields, its tables of voters, and the audit log.
Behind base.lua, act.lua, marks.lua, ledger.lua, catch_up.lua and evidence.lua.

KEYS[1]  hash  the article, as reactions/cast.lua has it, and beside those fields:
               n note to readers, g when its voters were last forgotten, acts number of corrections,
               k1..k15 votes of forgotten voters, which no longer have marks, and of those set aside l1..l15;
               ad the first hour of the latest window of which votes were set aside;
               into, s:was of a merged article (s is m): the article it went to, and its s before;
               for each other address X that resolves to this article: b:X buckets (w:X while they move),
               v:X voters, x:X, and x: for its own address, closes at, k:X votes of forgotten voters it brought and
               l:X those set aside,
               o:X origins it brought; f:X, and f: for its own address, the hour from which a table's marks
               count where that is not f; done:X the last move of X that was joined here or refused;
               no TTL
KEYS[2]  stem  as ledger.lua has it. Computed from it, with the same hash tag, beside the keys of ledger.lua
               and reactions/cast.lua:
           audit                   stream  who, kind, action, object, before, after, at, undoes, reason,
                                           act; no TTL
           act:<id>:<n>            hash    correction n: a action, e audit id, at, u audit id of its undo,
                                           and what the undo needs; no TTL
           took:<id>:<n>:<table>:<bucket>  hash  mark -> what correction n changed of it; until x
           moving                  hash    address -> a move that has begun, as JSON; until it is done

act.id  the article's id    act.now  s since the epoch    act.who  the editor    act.action  its name
act.names  the choice keys in the order of their numbers    act.reason, act.undoes  optional
and the fields that the script's own contract adds.

Each returns JSON: {code = "done", ..}. With another code nothing was written, but for what was behind.

Keeps: each count is the number of its counted marks and of forgotten ones, and so for votes held and set aside; no
count is below zero. ledger.lua keeps the totals, evidence.lua the evidence.
]]
local MOST_CHOICES = 15

id, now = act.id, act.now

local fields = read(article)
first, section, is_question = tonumber(fields.f), fields.c, fields.q ~= nil
if fields.u then
  catch_up(fields.u)
  fields.u = nil
end

local function number(name) return tonumber(fields[name] or 0) end

local function set(name, value)
  if value then
    call('HSET', article, name, value)
  else
    call('HDEL', article, name)
  end
  fields[name] = value and tostring(value) or nil
end

local function answer(code, more)
  more = more or {}
  more.code = code
  return cjson.encode(more)
end

-- Return whether votes of an address are just leaving, so that nothing else may move them.
local function is_moving()
  for name in pairs(fields) do
    if name:sub(1, 2) == 'w:' then return true end
  end
  return false
end

local function is_forgotten() return fields.x ~= nil and now >= number('x') end

-- Return the name of a table's field: "f:" for the article's own, "f:<address>" for another address's.
local function own_or(name, of_id) return name .. ':' .. (of_id == id and '' or of_id) end

-- Return the tables of voters: the article's own, and one for each other address that resolves to it.
local function tables()
  local found = {}
  for name, value in pairs(fields) do
    local of = name == 'b' and '' or name:match('^b(:.+)$')
    if of then
      local of_id = of == '' and id or of:sub(2)
      local base = tonumber(fields[own_or('f', of_id)] or fields.f)
      found[#found + 1] = { id = of_id, of = of, buckets = tonumber(value), base = base }
    end
  end
  return found
end

local function bucket_key(of, n) return stem .. 'm:' .. of.id .. ':' .. n end

-- Return a packed vote as a table, into `vote` if that is given.
local function opened(packed, base, vote)
  vote = vote or {}
  vote.choice, vote.status, vote.hour, vote.seq, vote.kind = unpack_vote(tonumber(packed), base)
  return vote
end

local function closed(vote, base)
  return pack_vote(vote.choice, vote.status, vote.hour, vote.seq, vote.kind, base)
end

-- Count and file votes under an hour; by may be negative. Rankings end with the day or hour they are of.
local function count(hour, choice, by)
  if by == 0 then return end
  add(article, choice, by)
  local day_end, hour_end = (floor(hour / 24) + 1) * 86400, (hour + 1) * 3600
  file(choice, hour, by, true, day_end + TOP_TTL_S - now, hour_end + HOT_TTL_S - now)
end

-- Votes to move: filed[hour * 16 + choice], held[choice] and aside[choice], and of each kind
-- seen[kind][address][hour * 16 + choice], all as differences.
local function no_moves() return { filed = {}, held = {}, aside = {}, seen = { {}, {} } } end

-- Add a vote under an address to the votes to move; by is 1 or -1.
local function plus(moves, vote, by, address)
  if vote.choice == 0 or vote.status == VOID then return end
  if vote.status == HELD then
    moves.held[vote.choice] = (moves.held[vote.choice] or 0) + by
    return
  end
  local at = vote.hour * 16 + vote.choice
  if vote.status == COUNTED then
    moves.filed[at] = (moves.filed[at] or 0) + by
  else
    moves.aside[vote.choice] = (moves.aside[vote.choice] or 0) + by
  end
  local seen = moves.seen[vote.kind]
  if seen then
    local here = seen[address] or {}
    seen[address] = here
    here[at] = (here[at] or 0) + by
  end
end

-- Add differences of votes of one kind to the evidence of an address: hour * 16 + choice -> by.
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

local function settle(moves)
  for at, by in pairs(moves.filed) do
    count(floor(at / 16), at % 16, by)
  end
  for choice, by in pairs(moves.held) do
    hold(choice, by)
  end
  for choice, by in pairs(moves.aside) do
    set_aside(choice, by)
  end
  for kind, by_address in ipairs(moves.seen) do
    for address, differences in pairs(by_address) do
      witness_many(address, kind, differences)
    end
  end
end

-- Return the article's timeline, hour * 16 + choice -> votes.
local function timeline()
  local flat, found = call('HGETALL', stem .. 't:' .. id), {}
  for i = 1, #flat, 2 do
    found[tonumber(flat[i]) + first * 16] = tonumber(flat[i + 1])
  end
  return found
end

-- Return a list of keys and values in turn, without the zeros.
local function flat_list(map)
  local list = {}
  for at, by in pairs(map) do
    if by ~= 0 then
      list[#list + 1] = at
      list[#list + 1] = by
    end
  end
  return list
end

-- Visit every vote of the given tables. visit(vote, of) returns what to store under `took` of a vote that it
-- changed, else nil. Without `took`, nothing is written.
local function each(of_tables, visit, took)
  local vote = {} -- one for all: a table for each of a million votes is slow
  for _, of in ipairs(of_tables) do
    for n = 0, of.buckets - 1 do
      local flat, changed, kept = call('HGETALL', bucket_key(of, n)), {}, {}
      for i = 1, #flat, 2 do
        opened(flat[i + 1], of.base, vote)
        local was = visit(vote, of)
        if was then
          changed[#changed + 1] = flat[i]
          changed[#changed + 1] = closed(vote, of.base)
          kept[#kept + 1] = flat[i]
          kept[#kept + 1] = was
        end
      end
      if took and #changed > 0 then
        call('HSET', bucket_key(of, n), unpack(changed))
        local key = took .. ':' .. of.id .. ':' .. n
        call('HSET', key, unpack(kept))
        call('EXPIRE', key, number('x') - now)
      end
    end
  end
end

-- Turn an article's votes into votes without marks. Its voters expire when it closes, and before it is opened
-- again or joined with another its tables must begin anew. Held votes can no longer be released and lapse; those set
-- aside stay so for good.
local function forget()
  for _, of in ipairs(tables()) do
    for n = 0, of.buckets - 1 do
      call('UNLINK', bucket_key(of, n))
    end
    set('b' .. of.of, 1)
    set('v' .. of.of, 0)
    set(own_or('f', of.id), floor(now / 3600))
    forget_witnesses(of.id, floor(now / 3600))
  end
  for choice = 1, MOST_CHOICES do
    set('k' .. choice, fields[tostring(choice)])
    set('l' .. choice, fields['a' .. choice])
    hold(choice, -number('h' .. choice))
  end
  set('g', now)
end

-- Let the article take votes, and keep its marks, until a time.
local function keep_until(closes)
  set('x', closes)
  for _, of in ipairs(tables()) do
    for n = 0, of.buckets - 1 do
      call('EXPIRE', bucket_key(of, n), closes - now)
    end
  end
end

-- Return the votes of every choice, number 1 first.
local function counts()
  local names, list = {}, {}
  for choice = 1, MOST_CHOICES do
    names[choice] = choice
  end
  local found = call('HMGET', article, unpack(names))
  for choice = 1, MOST_CHOICES do
    list[choice] = tonumber(found[choice]) or 0
  end
  return list
end

-- Return the tally as the audit log shows it: "like 3, sad 1; 2 held".
local function tally_text()
  local parts = {}
  for choice, votes in ipairs(counts()) do
    if votes > 0 then parts[#parts + 1] = (act.names[choice] or choice) .. ' ' .. votes end
  end
  local text = #parts > 0 and table.concat(parts, ', ') or 'no votes'
  local held = tonumber(call('ZSCORE', stem .. 'held', id) or 0)
  local aside = tonumber(call('HGET', article, 'a') or 0)
  if held > 0 then text = text .. '; ' .. held .. ' held' end
  return aside > 0 and text .. '; ' .. aside .. ' set aside' or text
end

-- Add an entry to the audit log, and return its id. n: number of the correction, nil for an undo.
local function log(before, after, n)
  call('ZREM', stem .. 'new', id) -- an editor works on it, so it stays
  return call(
    'XADD',
    stem .. 'audit',
    '*',
    'who',
    act.who,
    'kind',
    'article',
    'action',
    act.action,
    'object',
    id,
    'before',
    before,
    'after',
    after,
    'at',
    now,
    'undoes',
    act.undoes or '',
    'reason',
    act.reason or '',
    'act',
    n or ''
  )
end

local function new_act() return call('HINCRBY', article, 'acts', 1) end
local function act_key(n) return stem .. 'act:' .. id .. ':' .. n end
local function took_stem(n) return stem .. 'took:' .. id .. ':' .. n end

-- Log a new correction and store what its undo needs. Return its audit entry.
local function record(n, before, after, more)
  local entry = log(before, after, n)
  call('HSET', act_key(n), 'a', act.action, 'e', entry, 'at', now)
  for name, value in pairs(more or {}) do
    call('HSET', act_key(n), name, value)
  end
  return entry
end

-- Log the undo of correction n, which cannot be undone again. Return its audit entry.
local function record_undo(n, before, after)
  local entry = log(before, after)
  call('HSET', act_key(n), 'u', entry)
  return entry
end
