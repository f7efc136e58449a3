--[[ Close an article, open it again, or set its note to readers; or undo that. Behind article.lua.

act.action  close, reopen, note or undo    act.text  of note: the text, '' removes it
act.open_s  of reopen: seconds that an article stays open whose voters were forgotten
act.of, act.undoes  of undo: number of the correction, and its audit id

Codes: unknown (nobody has voted there), moved (merged into another), moving (try again), unchanged,
changed (since the correction to undo), undone (already), done {entry, forgotten: reopened without its voters}.
]]
if fields.s == 'm' then return answer('moved') end
if not first then return answer('unknown') end
if is_moving() then return answer('moving') end

local function state()
  if is_forgotten() then return 'closed, voters forgotten' end
  return fields.s and 'closed' or 'open'
end

local undone = act.of and read(act_key(act.of))
if undone and undone.u then return answer('undone') end

local before, after, forgotten
if act.action == 'note' or (undone and undone.a == 'note') then
  local text = act.text
  before = fields.n or ''
  if undone then
    if before ~= undone.after then return answer('changed') end
    text = undone.before
  elseif before == text then
    return answer('unchanged')
  end
  set('n', text ~= '' and text)
  after = text
else
  local close = act.action == 'close' or (undone and undone.a == 'reopen')
  before = state()
  if close == (before ~= 'open') then return answer(undone and 'changed' or 'unchanged') end
  if close then
    set('s', 1)
  else
    if is_forgotten() then
      if undone then return answer('changed') end
      forgotten = true
      forget()
      keep_until(now + act.open_s)
      if fields['x:'] then set('x:', fields.x) end
    end
    set('s')
  end
  after = state()
end
if undone then return answer('done', { entry = record_undo(act.of, before, after) }) end
local n = new_act()
local entry = record(n, before, after, { before = before, after = after })
return answer('done', { entry = entry, forgotten = forgotten })
