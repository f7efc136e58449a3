--[[ Do an editor's act on one comment, and write its audit entry. Both happen, or neither. Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  audit             stream  who, kind, action, object, before, after, at, undoes; no TTL
  cz:<audit id>     hash    what an edit or a removal took out; 7 days
  ch:<id>           zset    audit ids of the acts on this comment by their number; no TTL

act.id      the comment's id                  act.kind    state, label, text, removal or restore
act.now     s since the epoch                 act.value   the state or label to have; for restore, the
act.who     the editor                                    audit id of the removal or edit
act.action  its name                          act.fields  of text: the fields to set, '' drops one
act.expected  the comment is in this state before, has this label, or text (optional)
act.undoes    audit id this undoes, or ''
act.seen      version that the editor saw, '' for any: state/corrected label/12 digits of the SHA-1 of name,
              newline and text

Returns {code, audit id, commenter's mark}: 0 done, 1 no such comment, 2 it is so already,
3 not as expected, or changed since the editor saw it, 4 the removed text has expired.
The mark is returned when a first comment was published: its reader is known from then on.
A state is published, approved (by an editor), reported, held, hidden or deleted. After any act but a label,
only new reports hold the comment.
]]
local UNDO_S = 7 * 86400
local NAMES = { p = 'published', h = 'held', x = 'hidden', d = 'deleted' }
local STATES = { published = 'p', approved = 'p', reported = 'p', held = 'h', hidden = 'x' }
local kind, value = act.kind, act.value

local comment = read(key)
if not comment.a then return { 1 } end
-- Return the state that an editor sees.
local function state()
  if comment.s == 'p' and comment.ok then return 'approved' end
  if comment.s == 'p' and awaits(comment) then return 'reported' end
  return NAMES[comment.s]
end
-- Return an id of the text.
local function text_id() return redis.sha1hex(comment.t or ''):sub(1, 12) end
-- Return what the act changes: the label, the text or the state.
local function is_now()
  if kind == 'label' then return comment.k or '' end
  if kind == 'text' or (kind == 'restore' and comment.s ~= 'd') then return text_id() end
  return state()
end

local before = is_now()
if act.expected and act.expected ~= before then return { 3 } end
if comment.s == 'd' and kind ~= 'restore' then return { 2 } end
if (kind == 'state' or kind == 'label') and before == value then return { 2 } end
-- Return what Comment.version computes too.
local function version()
  local text = redis.sha1hex((comment.n or '') .. '\n' .. (comment.t or '')):sub(1, 12)
  return state() .. '/' .. (comment.k or '') .. '/' .. text
end
if act.seen ~= '' and act.seen ~= version() then return { 3 } end

local old, taken, known = copy(comment), nil, nil
if kind == 'state' then
  change(comment, { s = STATES[value], ok = value == 'approved' and '1', kn = false })
  if value == 'approved' then known = old.kn end
elseif kind == 'label' then
  change(comment, { k = value ~= '' and value })
elseif kind == 'text' then
  local fields = fields_of(act.fields)
  fields.e = act.now
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

settle(old, comment)
if kind ~= 'label' then count_reports_anew(act.now) end
local after = is_now()
if kind == 'restore' and old.s == 'd' then after = state() end
local audit_id = call(
  'XADD',
  stem .. 'audit',
  '*',
  'who',
  act.who,
  'kind',
  kind,
  'action',
  act.action,
  'object',
  id,
  'before',
  before,
  'after',
  after,
  'at',
  act.now,
  'undoes',
  act.undoes
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
