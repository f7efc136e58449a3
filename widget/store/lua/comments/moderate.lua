--[[ Do an editor's act on one comment, and write its audit entry. Both happen, or neither. Behind comment.lua
and statement.lua.

KEYS as statement.lua. Computed beside those, with the same hash tag:
  audit             stream  who, kind, action, object, before, after, at, undoes; reason in words; kinds of reports
                            that an act on the state decided; no TTL
  cz:<audit id>     hash    what an edit or a removal took out; 7 days
  ch:<id>           zset    audit ids of the acts on this comment by their number; no TTL

act.id      the comment's id                  act.kind    state, label, text, removal or restore
act.now     s since the epoch                 act.value   the state or label to have; for restore, the
act.who     the editor                                    audit id of the removal or edit
act.action  its name                          act.fields  of text: the fields to set, '' drops one
act.expected  the comment is in this state before, has this label, or text (optional)
act.undoes    audit id this undoes, or ''
act.kinds     kinds that the undone act decided, or ''
act.reason, act.note, act.why  of an act that hides or removes: the code of its reason, '' for none; the editor's line
              to the author, or ''; both in words, for the log
act.seen      version that the editor saw, '' for any: state/corrected label/12 digits of the SHA-1 of name,
              newline and text

Returns {code, audit id, commenter's mark}: 0 done, 1 no such comment, 2 it is so already,
3 not as expected, or changed since the editor saw it, 4 the removed text has expired.
The mark is returned when a first comment was published: its reader is known from then on.
A state is published, approved (by an editor), returned (approved, and back in the queue for new kinds of reports),
reported, held, hidden, appealed (hidden, and its author waits for a second look) or deleted. After any act but a label,
only new reports hold the comment. Hiding or removing a comment adds a statement of reasons or, for an appealed one,
answers the second look.
]]
local UNDO_S = 7 * 86400
local NAMES = { p = 'published', h = 'held', x = 'hidden', d = 'deleted' }
local STATES = {
  published = 'p',
  approved = 'p',
  returned = 'p',
  reported = 'p',
  held = 'h',
  hidden = 'x',
  appealed = 'x',
}
local kind, value = act.kind, act.value

local comment = read(key)
if not comment.a then return { 1 } end
-- Return the state that an editor sees.
local function state()
  if comment.s == 'p' and comment.ok then return comment.pk and 'returned' or 'approved' end
  if comment.s == 'x' and comment.lk then return 'appealed' end
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

-- Keep the statements of reasons true to what the act made of the comment.
local function keep_statements(old, audit_id)
  local was_gone, is_gone = old.s == 'x' or old.s == 'd', comment.s == 'x' or comment.s == 'd'
  local is_undo, is_removal = act.undoes ~= '', kind == 'removal'
  if comment.lk and not old.lk then -- a second look waits again
    amend_statement({
      look = 'asked',
      answered = false,
      answered_by = false,
      answer = false,
      over = false,
      over_by = false,
    })
  elseif comment.s == 'p' or (is_undo and was_gone and not is_gone) then
    end_statement(act.now, act.who)
  elseif not (is_removal or (kind == 'state' and is_gone)) then
    return
  elseif is_undo then -- the decision is in force again
    amend_statement({ over = false, over_by = false, audit = is_removal and audit_id or nil })
  elseif old.lk then
    amend_statement({
      look = 'upheld',
      answered = act.now,
      answered_by = act.who,
      answer = act.note ~= '' and act.note,
      audit = is_removal and audit_id or nil,
    })
  elseif was_gone and act.reason == '' then -- what was hidden is deleted, for the same reason
    amend_statement({ audit = audit_id })
  else
    add_statement(old, {
      at = act.now,
      act = is_removal and 'delete' or 'hide',
      who = act.who,
      reason = act.reason ~= '' and act.reason or nil,
      note = act.note ~= '' and act.note or nil,
      audit = audit_id,
    })
  end
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

local old, taken, known, decided = copy(comment), nil, nil, nil
if kind == 'state' then
  local knows = kinds_of(comment.dk)
  for undone in pairs(kinds_of(act.kinds)) do
    knows[undone] = nil
  end
  if value == 'approved' then
    local new = {}
    for reported in pairs(kinds_of(comment.rk)) do
      if not knows[reported] then new[reported] = 1 end
      knows[reported] = 1
    end
    decided, known = text_of_kinds(new), old.kn
  end
  decided = decided or old.pk
  change(comment, {
    s = STATES[value],
    ok = (value == 'approved' or value == 'returned') and '1',
    kn = false,
    dk = text_of_kinds(knows),
    pk = value == 'returned' and act.kinds ~= '' and act.kinds,
    lk = value == 'appealed' and '1',
  })
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
local entry = {
  { 'who', act.who },
  { 'kind', kind },
  { 'action', act.action },
  { 'object', id },
  { 'before', before },
  { 'after', after },
  { 'at', act.now },
  { 'undoes', act.undoes },
  { 'reason', act.why ~= '' and act.why },
  { 'kinds', decided },
}
local written = {}
for _, field in ipairs(entry) do
  if field[2] then
    written[#written + 1] = field[1]
    written[#written + 1] = field[2]
  end
end
local audit_id = call('XADD', stem .. 'audit', '*', unpack(written))
keep_statements(old, audit_id)
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
