--[[ What the scripts of corrections share: an article's fields, its tables of voters, and how votes are
filed. It runs ahead of one of them, as one script.

KEYS[1]  hash  the article, as cast.lua has it, and beside those fields:
               n note to readers, g when its voters were last forgotten, acts how many corrections,
               k1..k15 votes of forgotten voters, which have no marks any more;
               into, s:was of a merged article (s is m): where it went, and what s was;
               for each other address X that leads here: b:X buckets (w:X while they move), v:X voters,
               x:X, and x: of its own, closes at, k:X votes of forgotten voters it brought, o:X origins it brought;
               f:X, and f: for its own, the hour a table's marks count from where that is not f;
               done:X the last move of X that was joined here or refused
KEYS[2]  stem  name that every other key of this partition begins with (no key of its own). Computed
               from it, with the same hash tag, beside the keys of cast.lua:
           audit                   stream  who, kind, action, object, before, after, at, undoes, reason,
                                           act; no TTL
           act:<id>:<n>            hash    correction n: a action, e audit id, at, u audit id of its undo,
                                           and what the undo needs; no TTL
           took:<id>:<n>:<table>:<bucket>  hash  mark -> what correction n changed of it; until x
           moving                  hash    address -> a move that has begun, as JSON; until it is done

ARGV[1]  the act as JSON: id, now (s), who, action, reason, undoes, names of the choices; and what the
         script's own contract adds.

Each answers JSON: {code = "done", ..}, or with another code nothing was written.

Keeps: each count is the number of its counted marks and of forgotten ones; the sum of the site's days
is the sum of its articles and of its hours; no count is below zero.
]]
local TOP_TTL_S = 400 * 86400
local HOT_TTL_S = 3 * 86400
local COUNTED, HELD, VOID = 0, 1, 2
local MOST_CHOICES = 15

local call, floor = redis.call, math.floor
local article, stem = KEYS[1], KEYS[2]
local act = cjson.decode(ARGV[1])
local id, now = act.id, act.now

local function read(key)
  local flat, found = call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    found[flat[i]] = flat[i + 1]
  end
  return found
end

local fields = read(article)
local first = tonumber(fields.f)

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

-- Whether votes of an address are just leaving, so that nothing else may move them.
local function is_moving()
  for name in pairs(fields) do
    if name:sub(1, 2) == 'w:' then return true end
  end
  return false
end

local function is_forgotten() return fields.x ~= nil and now >= number('x') end

-- The name of a table's field: of the article's own, "f:", or of another address's, "f:<address>".
local function own_or(name, of_id) return name .. ':' .. (of_id == id and '' or of_id) end

-- The tables of voters: the article's own, and one for each other address that leads here.
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

local function bucket_of(of, n) return stem .. 'm:' .. of.id .. ':' .. n end

local function opened(packed, base, mark)
  packed, mark = tonumber(packed), mark or {}
  mark.choice, mark.status = packed % 16, floor(packed / 16) % 4
  mark.hour, mark.seq = base + floor(packed / 64) % 16384, floor(packed / 1048576)
  return mark
end

local function packed(mark, base)
  local value = ((mark.seq * 16384 + (mark.hour - base)) * 4 + mark.status) * 16 + mark.choice
  return string.format('%.0f', value)
end

local function add(key, field, by)
  if by ~= 0 and call('HINCRBY', key, field, by) == 0 then call('HDEL', key, field) end
end

local function rank(zset, by, ends)
  if by > 0 and ends <= now then return end -- the ranking of that time is over
  local score = tonumber(call('ZINCRBY', zset, by, id))
  if score <= 0 then
    call('ZREM', zset, id)
  elseif score == by and call('TTL', zset) < 0 then
    call('EXPIRE', zset, ends - now)
  end
end

-- File votes under an hour everywhere that cast.lua files one; by may be negative.
local function file(hour, choice, by)
  if by == 0 then return end
  local day = floor(hour / 24)
  if day < floor(now / 86400) then call('INCR', stem .. 'past') end
  add(article, choice, by)
  add(stem .. 't:' .. id, (hour - first) * 16 + choice, by)
  if fields.q then return end -- an editor's own question stands in no total of the site
  add(stem .. 'h:' .. day, (hour % 24) * 16 + choice, by)
  add(stem .. 'd', day * 16 + choice, by)
  if fields.c then add(stem .. 'sec:' .. day, choice .. ':' .. fields.c, by) end
  rank(stem .. 'top:' .. day .. ':0', by, (day + 1) * 86400 + TOP_TTL_S)
  rank(stem .. 'top:' .. day .. ':' .. choice, by, (day + 1) * 86400 + TOP_TTL_S)
  rank(stem .. 'hot:' .. hour, by, (hour + 1) * 3600 + HOT_TTL_S)
end

local function hold(choice, by)
  if by == 0 then return end
  add(article, 'h' .. choice, by)
  if tonumber(call('ZINCRBY', stem .. 'held', by, id)) <= 0 then
    call('ZREM', stem .. 'held', id)
  end
end

-- Votes to move: filed[hour * 16 + choice] and held[choice], both how many more.
local function tally() return { filed = {}, held = {} } end

local function plus(moves, mark, by)
  if mark.choice == 0 then return end
  if mark.status == COUNTED then
    local at = mark.hour * 16 + mark.choice
    moves.filed[at] = (moves.filed[at] or 0) + by
  elseif mark.status == HELD then
    moves.held[mark.choice] = (moves.held[mark.choice] or 0) + by
  end
end

local function settle(moves)
  for at, by in pairs(moves.filed) do
    file(floor(at / 16), at % 16, by)
  end
  for choice, by in pairs(moves.held) do
    hold(choice, by)
  end
end

-- The article's timeline, hour * 16 + choice -> votes.
local function timeline()
  local flat, found = call('HGETALL', stem .. 't:' .. id), {}
  for i = 1, #flat, 2 do
    found[tonumber(flat[i]) + first * 16] = tonumber(flat[i + 1])
  end
  return found
end

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

-- Every mark of the given tables: visit(mark, of) answers what to keep of one it changed, else nil.
-- What was kept goes under `took`, if that is given.
local function each(of_tables, visit, took)
  local mark = {} -- one for all: a table for each of a million marks is slow
  for _, of in ipairs(of_tables) do
    for n = 0, of.buckets - 1 do
      local flat, changed, kept = call('HGETALL', bucket_of(of, n)), {}, {}
      for i = 1, #flat, 2 do
        opened(flat[i + 1], of.base, mark)
        local was = visit(mark, of)
        if was then
          changed[#changed + 1] = flat[i]
          changed[#changed + 1] = packed(mark, of.base)
          kept[#kept + 1] = flat[i]
          kept[#kept + 1] = was
        end
      end
      if took and #changed > 0 then
        call('HSET', bucket_of(of, n), unpack(changed))
        local key = took .. ':' .. of.id .. ':' .. n
        call('HSET', key, unpack(kept))
        call('EXPIRE', key, number('x') - now)
      end
    end
  end
end

-- The voters of an article are forgotten when it closes. Before it is opened again or joined with
-- another, its votes become ones without marks. Held votes can no longer be released and lapse.
local function forget()
  for _, of in ipairs(tables()) do
    for n = 0, of.buckets - 1 do
      call('UNLINK', bucket_of(of, n))
    end
    set('b' .. of.of, 1)
    set('v' .. of.of, 0)
    set(own_or('f', of.id), floor(now / 3600))
  end
  for choice = 1, MOST_CHOICES do
    set('k' .. choice, fields[tostring(choice)])
    hold(choice, -number('h' .. choice))
  end
  set('g', now)
end

local function keep_until(closes)
  set('x', closes)
  for _, of in ipairs(tables()) do
    for n = 0, of.buckets - 1 do
      call('EXPIRE', bucket_of(of, n), closes - now)
    end
  end
end

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

-- "like 3, sad 1; 2 held", as the audit log shows where an article stood.
local function standing()
  local parts = {}
  for choice, votes in ipairs(counts()) do
    if votes > 0 then parts[#parts + 1] = (act.names[choice] or choice) .. ' ' .. votes end
  end
  local text = #parts > 0 and table.concat(parts, ', ') or 'no votes'
  local held = tonumber(call('ZSCORE', stem .. 'held', id) or 0)
  return held > 0 and text .. '; ' .. held .. ' held' or text
end

local function log(before, after, n)
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

-- Log a new correction and keep what its undo needs.
local function record(n, before, after, more)
  local entry = log(before, after, n)
  call('HSET', act_key(n), 'a', act.action, 'e', entry, 'at', now)
  for name, value in pairs(more or {}) do
    call('HSET', act_key(n), name, value)
  end
  return entry
end

-- Log the undo of correction n, which cannot be undone again.
local function record_undo(n, before, after)
  local entry = log(before, after)
  call('HSET', act_key(n), 'u', entry)
  return entry
end
