--[[ Store a new comment, published or held. All of it happens, or none.

KEYS as comment_lib.lua. Computed beside those, with the same hash tag:
  a:<a>            hash    the article: f its first vote, cf its first comment, s state, c section;
                           no TTL
  p:<a>            string  the page as JSON, as its first reader's browser told it; no TTL
  cx:<draft>       string  id of the comment this draft became; 24 h
  cd:<a>:<print>   string  id of a comment that says the same; 24 h

ARGV[1]  id                ARGV[4]  fingerprint, '' asks no duplicate
ARGV[2]  now, s            ARGV[5]  seconds an article takes comments after the first, 0: for good
ARGV[3]  draft, '' for none
ARGV[6]  1 imported: the thread it answers may be in any state, and no article is closed;
         2 restored from an export: so, and its section is its own, even none
         3 an answer under an address that leads to another article, which takes comments
ARGV[7]  section, ARGV[8] page: kept when this is the first that came for the article
then     field, value, .. of the comment

Returns {code, id}: 0 stored, 1 closed, 2 the draft or the id is stored already, 3 no such thread, 4 the
address leads to another article (nothing written: look where, and write there).
]]
local DAY_S = 86400
local id, now, draft, print = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local restored, is_answer = ARGV[6] == '2', ARGV[6] == '3'
local imported = restored or ARGV[6] == '1'

if call('EXISTS', key) == 1 then return { 2, id } end
if draft ~= '' then
  local known = call('GET', stem .. 'cx:' .. draft)
  if known then return { 2, known } end
end

local comment = {}
for i = 9, #ARGV, 2 do
  comment[ARGV[i]] = ARGV[i + 1]
end

local article = stem .. 'a:' .. comment.a
local stored = call('HMGET', article, 'cf', 's', 'f', 'c')
local closes = tonumber(ARGV[5])
if not imported then
  local state = stored[2]
  if state == 'm' and not is_answer then return { 4, id } end
  if state and state ~= 'm' then return { 1, id } end
  if stored[1] and closes > 0 and now >= tonumber(stored[1]) + closes then return { 1, id } end
end

if comment.p then
  local thread = call('HMGET', stem .. 'c:' .. comment.p, 'a', 's', 'p')
  if thread[1] ~= comment.a or not (imported or thread[2] == 'p') then return { 3, id } end
  comment.p = thread[3] or comment.p -- threads are one level deep: an answer joins the thread
end

local section = stored[4] or ''
if not (stored[1] or stored[3]) then
  section = ARGV[7]
  if section ~= '' then call('HSET', article, 'c', section) end
  call('SET', stem .. 'p:' .. comment.a, ARGV[8], 'NX')
end
call('HSETNX', article, 'cf', now)
if section ~= '' and not restored then comment.c = section end

if print ~= '' then
  if not call('SET', stem .. 'cd:' .. comment.a .. ':' .. print, id, 'NX', 'EX', DAY_S) then
    comment.s = 'h'
    comment.w = comment.w and comment.w .. ',duplicate' or 'duplicate'
  end
end
if draft ~= '' then call('SET', stem .. 'cx:' .. draft, id, 'EX', DAY_S) end

change({}, comment)
call('ZADD', stem .. 'cs', 0, id)
settle(id, nil, comment)
return { 0, id }
