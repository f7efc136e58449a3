--[[ What the scripts of comments share: how a comment is counted, and which lists show it. It runs
ahead of one of them, as one script.

KEYS[1]  hash  the comment: a article, p thread it answers, s state (p published, h held, x hidden,
               d deleted), at created, e edited, n name, t text, m mark, w why held, c section,
               l label, v compound * 10000, f confidence, r why not scored, tv tone version,
               k corrected label, u up-votes, rp reports, rc published replies, ok an editor looked,
               kn commenter's mark until a first comment is decided, src where it came from; no TTL
KEYS[2]  stem  name that every other key of this partition begins with (no key of its own).
               The keys computed from it share KEYS[1]'s hash tag, so its slot; no TTL:
           cs         zset  every comment, by id
           cv:<a>     zset  the threads of an article that are listed, by id
           cr:<id>    zset  the published replies of a thread, by id
           cq         zset  what waits for an editor: held, or published and reported; by id
           ca         zset  articles by their published comments
           ct:<a>     hash  totals of an article
           cth:<a>    hash  totals of an article by hour since the epoch
           cts        hash  totals of the site        ctd        hash  by day since the epoch
           ctx:<day>  hash  by hour of the day        ctc:<day>  hash  by section

A total's field is <name>/<hour, day or section>, the name one of: comments, label:<label>,
not:<reason>, n, sum, squares, corrected. A field at zero is not there.

Keeps: every total is the sum over the published comments filed there. A comment is filed under the
hour and section it was written in, for good.
]]
local call = redis.call
local key, stem = KEYS[1], KEYS[2]

local function read(of)
  local flat, comment = call('HGETALL', of), {}
  for i = 1, #flat, 2 do
    comment[flat[i]] = flat[i + 1]
  end
  return comment
end

local function add(hash, field, by)
  if by ~= 0 and call('HINCRBY', hash, field, by) == 0 then call('HDEL', hash, field) end
end

local function count(comment, by)
  local hour = math.floor(tonumber(comment.at) / 3600)
  local day = math.floor(hour / 24)
  local moves = { { 'comments', by } }
  local label = comment.k or comment.l
  if label == 'not_scored' then
    label = 'not:' .. comment.r
  else
    label = 'label:' .. label
  end
  moves[#moves + 1] = { label, by }
  if comment.k then moves[#moves + 1] = { 'corrected', by } end
  local compound = tonumber(comment.v or false)
  if compound then
    moves[#moves + 1] = { 'n', by }
    moves[#moves + 1] = { 'sum', by * compound }
    moves[#moves + 1] = { 'squares', by * compound * compound }
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

local function list(zset, id, is_in)
  if is_in then
    call('ZADD', zset, 0, id)
  else
    call('ZREM', zset, id)
  end
end

local function awaits(comment)
  local reported = tonumber(comment.rp or 0) > 0 and not comment.ok
  return comment.s == 'h' or (comment.s == 'p' and reported)
end

-- Move totals and lists from what a comment was to what it is. old is nil for a new one.
local function settle(id, old, new)
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
    -- A thread keeps its place while replies stand under it.
    list(stem .. 'cv:' .. new.a, id, is or tonumber(new.rc or 0) > 0)
  end
  list(stem .. 'cq', id, awaits(new))
end

-- Set, and drop where the value is false, in the record and in the hash.
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

local function copy(comment)
  local same = {}
  for name, value in pairs(comment) do
    same[name] = value
  end
  return same
end

local WORDS = {
  n = false,
  t = false,
  m = false,
  w = false,
  kn = false,
  l = false,
  v = false,
  f = false,
  r = false,
  tv = false,
  k = false,
  e = false,
}

-- Take out what the reader wrote and who it was; the place and the time stay.
local function remove(comment)
  change(comment, WORDS)
  change(comment, { s = 'd' })
end
