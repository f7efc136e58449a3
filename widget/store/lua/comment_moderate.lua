--[[ An editor's act on one comment, with its line in the audit log. Both happen, or neither.

KEYS as comment_lib.lua. Computed beside those, with the same hash tag:
  audit             stream  who, kind, action, object, before, after, at, undoes; no TTL
  cz:<audit id>     hash    what an edit or a removal took out; 7 days
  ch:<id>           zset    audit ids of the acts on this comment by their number; no TTL

ARGV[1]  id               ARGV[5]  kind: state, label, text, removal or restore
ARGV[2]  now, s           ARGV[6]  value: the standing or label to have; for restore the audit id
ARGV[3]  who              ARGV[7]  1: only if it is ARGV[8] before
ARGV[4]  action, a word   ARGV[9]  audit id this undoes, or ''
ARGV[10] what the editor saw: standing/corrected label/12 of the SHA-1 of name, newline and text;
         '' asks nothing
then, for text: field, value, .. ('' drops the field)

Returns {code, audit id, commenter's mark}: 0 done, 1 no such comment, 2 it is so already,
3 changed since the editor saw it or since the act to undo, 4 what was taken out is gone for good.
The mark is there when a first comment was published: its reader is known from then on.
A standing is published, approved (by an editor), reported, held, hidden or deleted.
]]
local UNDO_S = 7 * 86400
local NAMES = { p = 'published', h = 'held', x = 'hidden', d = 'deleted' }
local STATES = { published = 'p', approved = 'p', reported = 'p', held = 'h', hidden = 'x' }
local id, kind, value = ARGV[1], ARGV[5], ARGV[6]

local comment = read(key)
if not comment.a then return { 1 } end
local function standing()
  if comment.s == 'p' and comment.ok then return 'approved' end
  if comment.s == 'p' and awaits(comment) then return 'reported' end
  return NAMES[comment.s]
end
local function text_id() return redis.sha1hex(comment.t or ''):sub(1, 12) end
local function is_now()
  if kind == 'label' then return comment.k or '' end
  if kind == 'text' or (kind == 'restore' and comment.s ~= 'd') then return text_id() end
  return standing()
end

local before = is_now()
if ARGV[7] == '1' and before ~= ARGV[8] then return { 3 } end
if comment.s == 'd' and kind ~= 'restore' then return { 2 } end
if (kind == 'state' or kind == 'label') and before == value then return { 2 } end
local function looks()
  local words = redis.sha1hex((comment.n or '') .. '\n' .. (comment.t or '')):sub(1, 12)
  return standing() .. '/' .. (comment.k or '') .. '/' .. words
end
if ARGV[10] ~= '' and ARGV[10] ~= looks() then return { 3 } end

local old, taken, known = copy(comment), nil, nil
if kind == 'state' then
  change(comment, { s = STATES[value], ok = value == 'approved' and '1', kn = false })
  if value == 'approved' then known = old.kn end
elseif kind == 'label' then
  change(comment, { k = value ~= '' and value })
elseif kind == 'text' then
  local fields = { e = ARGV[2] }
  for i = 11, #ARGV, 2 do
    fields[ARGV[i]] = ARGV[i + 1] ~= '' and ARGV[i + 1]
  end
  taken = fields
  change(comment, fields)
elseif kind == 'removal' then
  taken = WORDS
  remove(comment)
else -- restore
  local kept = read(stem .. 'cz:' .. value)
  if not kept.s then return { 4 } end
  taken = comment.s ~= 'd' and {} or nil
  local fields = {}
  for name, was in pairs(kept) do
    fields[name] = was
    if taken then taken[name] = false end
  end
  for name in (kept.none or ''):gmatch('%w+') do
    fields[name] = false
    if taken then taken[name] = false end
  end
  fields.none = nil
  if taken then
    taken.none, fields.s = nil, nil
  end
  change(comment, fields)
end

settle(id, old, comment)
local after = is_now()
if kind == 'restore' and old.s == 'd' then after = standing() end
local audit_id = call(
  'XADD',
  stem .. 'audit',
  '*',
  'who',
  ARGV[3],
  'kind',
  kind,
  'action',
  ARGV[4],
  'object',
  id,
  'before',
  before,
  'after',
  after,
  'at',
  ARGV[2],
  'undoes',
  ARGV[9]
)
local acts = stem .. 'ch:' .. id
call('ZADD', acts, call('ZCARD', acts), audit_id)
if taken then
  local kept, none = stem .. 'cz:' .. audit_id, {}
  call('HSET', kept, 's', old.s)
  for name in pairs(taken) do
    if old[name] then
      call('HSET', kept, name, old[name])
    else
      none[#none + 1] = name
    end
  end
  call('HSET', kept, 'none', table.concat(none, ' '))
  call('EXPIRE', kept, UNDO_S)
end
return { 0, audit_id, known }
