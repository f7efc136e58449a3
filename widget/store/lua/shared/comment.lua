--[[ What the scripts of comments share: how a comment is counted, and which lists show it. Behind base.lua
and act.lua.

KEYS[1]  hash  the comment: a article, p thread it is a reply in, s state (p published, h held, x hidden,
               d deleted), at created, e edited, n name, t text, m mark, w why held, c section,
               l label, v lean * 10000, vc compound * 10000, f confidence, r why not scored, tv tone version,
               k corrected label, u up-votes, ub those of them whose marks are not stored, bu and bd
               votes for and against it where it was imported from, rp reports, rk their kinds ("insult:3 spam:1"),
               dk kinds that an editor knew of when approving it ("insult spam"), pk kinds for which an approved one
               is back in the queue, lk its author waits for a second look,
               rc published replies, ok an editor approved it,
               kn commenter's mark until a first comment is decided, src the system it was imported from; no TTL
KEYS[2]  stem  the prefix of every other key of this partition. No key has this name: it is the guard (base.lua).
               The keys computed from it share KEYS[1]'s hash tag, so its slot; no TTL but where one is named:
           cs         zset  every comment, by id
           cv:<a>     zset  the threads of an article that are listed, by id
           cb:<a>     zset  those of them that readers recommend, by their score (best.lua): the time when the thread
                            began, s since the epoch, and DOUBLING_S for each doubling of its recommendations
           cr:<id>    zset  the published replies of a thread, by id
           cq         zset  comments that wait for an editor: held, published and reported, or hidden with a
                            second look asked for; by id
           cf:<id>    set   marks of the readers who reported it since its text was new or an editor decided; 30 days
           cl:<id>    list  lines of these readers to the editors, <kind> and the line, the newest 5; 30 days
           cj:<id>    hash  its statements of reasons, number -> JSON (statement.lua)
           cn:<day>:<id>  set  marks of the networks whose reports of that day count toward holding it, none of
                            which is in the set of the day before; to the end of the next day
           ca         zset  articles by their published comments
           ct:<a>     hash  totals of an article
           cth:<a>    hash  totals of an article by hour since the epoch
           cts        hash  totals of the site        ctd        hash  by day since the epoch
           ctx:<day>  hash  by hour of the day        ctc:<day>  hash  by section

A total's field is <name>/<hour, day or section>, the name one of: comments, label:<label>,
not:<reason>, n, sum, squares, corrected. A total at zero is not stored.

Keeps: every total is the sum over the published comments filed there. A comment stays filed
under the hour and section in which it was written.
]]
local key, stem = KEYS[1], KEYS[2]
local id = act.id
local DOUBLING_S = 12 * 3600

-- Add a comment to every total, or with by = -1 take it out.
local function count(comment, by)
  local hour = floor(tonumber(comment.at) / 3600)
  local day = floor(hour / 24)
  local moves = { { 'comments', by } }
  local label = comment.k or comment.l
  if label == 'not_scored' then
    label = 'not:' .. comment.r
  else
    label = 'label:' .. label
  end
  moves[#moves + 1] = { label, by }
  if comment.k then moves[#moves + 1] = { 'corrected', by } end
  local lean = tonumber(comment.v or false)
  if lean then
    moves[#moves + 1] = { 'n', by }
    moves[#moves + 1] = { 'sum', by * lean }
    moves[#moves + 1] = { 'squares', by * lean * lean }
  end
  for _, move in ipairs(moves) do
    local name = move[1] .. '/'
    add(stem .. 'ct:' .. comment.a, name, move[2])
    add(stem .. 'cth:' .. comment.a, name .. hour, move[2])
    add(stem .. 'cts', name, move[2])
    add(stem .. 'ctd', name .. day, move[2])
    add(stem .. 'ctx:' .. day, name .. hour % 24, move[2])
    add(stem .. 'ctc:' .. day, name .. (comment.c or ''), move[2])
  end
  if tonumber(call('ZINCRBY', stem .. 'ca', by, comment.a)) == 0 then
    call('ZREM', stem .. 'ca', comment.a)
  end
end

local function list(zset, member, is_in)
  if is_in then
    call('ZADD', zset, 0, member)
  else
    call('ZREM', zset, member)
  end
end

-- Rank a thread, if it is listed and readers recommend it.
local function rank_thread(thread, ups, is_listed)
  if is_listed and ups > 0 then
    local score = tonumber(thread.at) + floor(DOUBLING_S * math.log(1 + ups) / math.log(2))
    call('ZADD', stem .. 'cb:' .. thread.a, score, id)
  else
    call('ZREM', stem .. 'cb:' .. thread.a, id)
  end
end

-- Return whether a comment waits for an editor.
local function awaits(comment)
  if comment.s == 'p' then
    if comment.ok then return comment.pk ~= nil end
    return tonumber(comment.rp or 0) > 0
  end
  return comment.s == 'h' or (comment.s == 'x' and comment.lk ~= nil)
end

-- Move totals and lists from what the comment was to what it is now. old is nil for a new one.
local function settle(old, new)
  local was, is = old and old.s == 'p' or false, new.s == 'p'
  if was then count(old, -1) end
  if is then count(new, 1) end
  if new.p then
    if was ~= is then
      local thread = stem .. 'c:' .. new.p
      local replies = call('HINCRBY', thread, 'rc', is and 1 or -1)
      list(stem .. 'cr:' .. new.p, id, is)
      list(stem .. 'cv:' .. new.a, new.p, replies > 0 or call('HGET', thread, 's') == 'p')
    end
  else
    -- A thread keeps its place while it has replies.
    list(stem .. 'cv:' .. new.a, id, is or tonumber(new.rc or 0) > 0)
    rank_thread(new, tonumber(new.u or 0), is)
  end
  list(stem .. 'cq', id, awaits(new))
end

-- Set fields of the comment, or drop them where the value is false, in the table and in the hash.
local function change(comment, fields)
  for name, value in pairs(fields) do
    if value then
      comment[name] = tostring(value)
      call('HSET', key, name, value)
    else
      comment[name] = nil
      call('HDEL', key, name)
    end
  end
end

-- Return the fields of an act, false for those to drop.
local function fields_of(given)
  local fields = {}
  for name, value in pairs(given) do
    fields[name] = value ~= '' and value
  end
  return fields
end

local function copy(comment)
  local same = {}
  for name, value in pairs(comment) do
    same[name] = value
  end
  return same
end

-- Return the sets of the networks whose reports count, of this day and of the day before.
local function reporting_networks(now)
  local day = floor(now / 86400)
  return stem .. format('cn:%d:', day) .. id, stem .. format('cn:%d:', day - 1) .. id
end

-- Begin the counting of reports anew. What was reported stays in the queue until an editor decides.
local function count_reports_anew(now)
  call('DEL', stem .. 'cf:' .. id, stem .. 'cl:' .. id, reporting_networks(now))
end

-- Return kinds of reasons and their numbers as a table: "insult:3 spam:1", or "insult spam" for one of each.
local function kinds_of(text)
  local kinds = {}
  for kind, number in (text or ''):gmatch('([%l_]+):?(%d*)') do
    kinds[kind] = tonumber(number) or 1
  end
  return kinds
end

-- Return a table of kinds as text, with their numbers or without; false if there is none.
local function text_of_kinds(kinds, with_numbers)
  local parts = {}
  for kind, number in pairs(kinds) do
    parts[#parts + 1] = with_numbers and kind .. ':' .. number or kind
  end
  table.sort(parts)
  return #parts > 0 and table.concat(parts, ' ')
end

-- The text, its author, and what was derived from it.
local WORDS = {
  n = false,
  t = false,
  m = false,
  w = false,
  kn = false,
  l = false,
  v = false,
  vc = false,
  f = false,
  r = false,
  tv = false,
  k = false,
  e = false,
  pk = false,
  lk = false,
}

-- Remove what the reader wrote and who it was; the place and the time stay.
local function remove(comment)
  change(comment, WORDS)
  change(comment, { s = 'd' })
end
