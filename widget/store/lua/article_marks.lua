--[[ Void votes by a filter, release held ones, or take every vote back. With article_lib.lua.

act.action    void, release or reset
act.choice    void only this choice        act.from, act.to  void only votes cast in the hours from .. to - 1
act.status    void only "counted" or only "held" votes
act.dry       true: only say what would happen
act.expected  how many votes the preview said; with another number nothing happens

Codes: unknown, moved, moving (try again), forgotten (the voters are, so no vote can be told from another),
stale {votes}, unchanged, done {votes, by choice: what was or would be changed, entry}.

A void vote is in no count; its reader goes on seeing and changing it. A released vote is filed under the
hour it was cast in, and its reader's votes count from then on. A reset leaves every reader's mark, with
its seq and no choice: a repeat of the old vote changes nothing, a new one counts.
]]
if fields.s == 'm' then return answer('moved') end
if not first then return answer('unknown') end
if is_moving() then return answer('moving') end
if is_forgotten() and act.action ~= 'reset' then return answer('forgotten') end

local moves, touched, votes, by_choice

local function matches(mark)
  if mark.choice == 0 or mark.status == VOID then return false end
  if act.choice and mark.choice ~= act.choice then return false end
  if act.from and mark.hour < act.from or act.to and mark.hour >= act.to then return false end
  if act.status == 'counted' then return mark.status == COUNTED end
  return act.status ~= 'held' or mark.status == HELD
end

local function changed(mark)
  touched = touched + 1
  if mark.choice == 0 or mark.status == VOID then return end
  votes = votes + 1
  by_choice[mark.choice] = by_choice[mark.choice] + 1
end

local visits = {
  void = function(mark)
    if not matches(mark) then return nil end
    local was = mark.status
    changed(mark)
    plus(moves, mark, -1)
    mark.status = VOID
    return was
  end,
  release = function(mark)
    if mark.status ~= HELD then return nil end
    changed(mark)
    plus(moves, mark, -1)
    mark.status = COUNTED
    plus(moves, mark, 1)
    return HELD
  end,
  reset = function(mark, of)
    if mark.choice == 0 then return nil end
    local was = packed(mark, of.base)
    changed(mark)
    plus(moves, mark, -1)
    mark.choice = 0
    return was
  end,
}

local function walk(took)
  moves, touched, votes, by_choice = tally(), 0, 0, {}
  for choice = 1, MOST_CHOICES do
    by_choice[choice] = 0
  end
  if is_forgotten() then -- a reset of votes whose marks are gone
    for choice, count in ipairs(counts()) do
      by_choice[choice] = count
      votes = votes + count
    end
    return
  end
  each(tables(), visits[act.action], took)
  if act.action == 'reset' then
    for choice = 1, MOST_CHOICES do
      by_choice[choice] = by_choice[choice] + number('k' .. choice)
      votes = votes + number('k' .. choice)
    end
  end
end

if act.dry or act.expected then
  walk()
  if act.dry then return answer('done', { votes = votes, by_choice = by_choice }) end
  if votes ~= act.expected then return answer('stale', { votes = votes, by_choice = by_choice }) end
end

local before = standing()
local of_tables = {}
for _, of in ipairs(tables()) do
  of_tables[of.id] = of.buckets
end
local n = number('acts') + 1
walk(took_stem(n))
if touched + votes == 0 then return answer('unchanged') end
new_act()

local kept = { tables = cjson.encode(of_tables) }
if is_forgotten() then
  forget()
  kept.tables = nil -- no marks to put back
end
settle(moves)
if act.action == 'reset' then
  local left = timeline() -- what no mark stands for
  kept.kept = cjson.encode(flat_list(left))
  for at, by in pairs(left) do
    file(floor(at / 16), at % 16, -by)
  end
  local brought = {}
  for name, value in pairs(read(article)) do
    if name:sub(1, 2) == 'k:' then
      brought[name] = value
      set(name)
    end
  end
  kept.brought = cjson.encode(brought)
  for choice = 1, MOST_CHOICES do
    set('k' .. choice)
  end
end
local entry = record(n, before, standing(), kept)
return answer('done', { entry = entry, votes = votes, by_choice = by_choice })
