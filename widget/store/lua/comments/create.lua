--[[ Store a new comment, published or held. All of it happens, or none. Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  a:<a>            hash    the article: f its first vote, cf its first comment, s state, c section,
                           d how its name is settled (naming.lua); no TTL
  p:<a>            string  the page as JSON, as its first reader's browser sent it; no TTL
  cx:<draft>       string  id of the comment this draft became; 24 h, derived 10 min
  cd:<a>:<print>   string  id of a comment with the same text; 24 h
  cj:<id>          hash    number from 0 -> statement of reasons; no TTL

act.id           the comment's id               act.now      s since the epoch
act.draft        '' for none                    act.close_s  seconds an article takes comments after
act.is_draft_derived  true: from reader, place and text, so an edited or deleted comment is no longer it
act.fingerprint  '' looks for no duplicate                   its first, 0: no limit
act.kind    "new";
            "imported": its thread may be in any state, and no article is closed;
            "restored" from an export: the same, and it keeps its own section, even if empty;
            "moved": a reply under an address that resolves to another article, which takes comments
act.is_admitted  false: a new comment is only announced, by code 5 or 6
act.section, act.page  stored if the article has neither votes nor comments; a held comment does not name it.
                       The comment is filed under the article's section, or this one if that is provisional
act.statements  of reasons that it brings from an export, as JSON
act.fields  the comment's fields, by name, as text; m in hexadecimal

Returns {code, id}: 0 stored, 1 closed, 2 the draft or the id is stored already, 3 no such thread, 4 the
address resolves to another article (nothing written: resolve it again, and write there), 5 it would be stored,
6 it would be stored and be the first act on its article (nothing written: ask, and call again admitted).
]]
local DAY_S, DERIVED_S = 86400, 600
local now, draft, print = act.now, act.draft, act.fingerprint
local restored, is_answer = act.kind == 'restored', act.kind == 'moved'
local imported = restored or act.kind == 'imported'

if call('EXISTS', key) == 1 then return { 2, id } end
if draft ~= '' then
  local known = call('GET', stem .. 'cx:' .. draft)
  local is_it = known
    and (not act.is_draft_derived or call('HGET', stem .. 'c:' .. known, 't') == act.fields.t)
  if is_it then return { 2, known } end
end

local comment = act.fields
if comment.m then comment.m = bytes(comment.m) end

local article = stem .. 'a:' .. comment.a
local stored = call('HMGET', article, 'cf', 's', 'f', 'c', 'd')
local closes = act.close_s
if not imported then
  local state = stored[2]
  if state == 'm' and not is_answer then return { 4, id } end
  if state and state ~= 'm' then return { 1, id } end
  if stored[1] and closes > 0 and now >= tonumber(stored[1]) + closes then return { 1, id } end
end

if comment.p then
  local thread = call('HMGET', stem .. 'c:' .. comment.p, 'a', 's', 'p')
  if thread[1] ~= comment.a or not (imported or thread[2] == 'p') then return { 3, id } end
  comment.p = thread[3] or comment.p -- threads are one level deep: a reply joins the thread
end

local is_first = not (stored[1] or stored[3])
if not act.is_admitted then return { is_first and 6 or 5, id } end

local section = stored[4] or ''
if is_first then
  section = act.section
  if section ~= '' and comment.s ~= 'h' then call('HSET', article, 'c', section) end
  call('HSET', article, 'd', '?')
  call('SET', stem .. 'p:' .. comment.a, act.page, 'NX')
elseif stored[5] == '?' and act.section ~= '' then
  section = act.section -- nothing else is sure about the article's yet
end
call('HSETNX', article, 'cf', now)
if section ~= '' and not restored then comment.c = section end

if print ~= '' then
  if not call('SET', stem .. 'cd:' .. comment.a .. ':' .. print, id, 'NX', 'EX', DAY_S) then
    comment.s = 'h'
    comment.w = comment.w and comment.w .. ',duplicate' or 'duplicate'
  end
end
if draft ~= '' then
  call('SET', stem .. 'cx:' .. draft, id, 'EX', act.is_draft_derived and DERIVED_S or DAY_S)
end

change({}, comment)
call('ZADD', stem .. 'cs', 0, id)
for number, statement in ipairs(act.statements) do
  call('HSET', stem .. 'cj:' .. id, number - 1, statement)
end
settle(nil, comment)
return { 0, id }
