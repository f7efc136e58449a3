--[[ Void votes by a filter, set some of them aside, release held ones, or take every vote back. Behind article.lua.

act.action    void, set_aside, release or reset
act.choice    void or set aside only this choice (optional)
act.from, act.to  void or set aside only votes cast in the hours from .. to - 1 (each optional)
act.status    void only "counted" or only "held" votes (optional)
act.kind      set aside only votes of this kind (marks.lua, optional)
act.votes     set aside so many of the counted votes that fit, drawn at random; act.seed  of the draw, a whole number
act.dry       true: only return what would happen (optional)
act.expected  number of votes that the preview returned; with another number nothing happens (optional)

Codes: unknown, moved, moving (try again), forgotten (without its voters, votes cannot be told apart),
stale {votes, by_choice}, unchanged, done {votes, by_choice: votes that were or would be changed, entry}.

A void vote is in no count, and one set aside is in the count of those; their readers still see and can change them.
A released vote is filed under the hour it was cast in, and its reader's votes count from then on. A reset leaves every
reader's mark, with its seq and no choice: a repeat of the old vote changes nothing, a new one counts.
]]
if fields.s == 'm' then return answer('moved') end
if not first then return answer('unknown') end
if is_moving() then return answer('moving') end
if is_forgotten() and act.action ~= 'reset' then return answer('forgotten') end

local moves, touched, votes, by_choice

-- Return whether a vote fits the filter of a void or of votes to set aside.
local function matches(vote)
  if vote.choice == 0 or vote.status == VOID or vote.status == ASIDE then return false end
  if act.kind and vote.kind ~= act.kind then return false end
  if act.choice and vote.choice ~= act.choice then return false end
  if act.from and vote.hour < act.from or act.to and vote.hour >= act.to then return false end
  if act.status == 'counted' then return vote.status == COUNTED end
  return act.status ~= 'held' or vote.status == HELD
end

local function changed(vote)
  touched = touched + 1
  if vote.choice == 0 or vote.status == VOID then return end
  votes = votes + 1
  by_choice[vote.choice] = by_choice[vote.choice] + 1
end

-- Of votes to set aside: how many fit and were not visited yet, and how many of them are still to be drawn.
local fitting, wanted

-- Give a vote another status, and return the one that it had.
local function with_status(vote, status, of)
  local was = vote.status
  changed(vote)
  plus(moves, vote, -1, of.id)
  vote.status = status
  plus(moves, vote, 1, of.id)
  return was
end

local visits = {
  void = function(vote, of)
    if not matches(vote) then return nil end
    return with_status(vote, VOID, of)
  end,
  set_aside = function(vote, of)
    if vote.status ~= COUNTED or not matches(vote) then return nil end
    if fitting then
      local is_drawn = math.random(fitting) <= wanted -- each choice of votes is as likely as any other
      fitting = fitting - 1
      if not is_drawn then return nil end
      wanted = wanted - 1
    end
    return with_status(vote, ASIDE, of)
  end,
  release = function(vote, of)
    if vote.status ~= HELD then return nil end
    return with_status(vote, COUNTED, of)
  end,
  reset = function(vote, of)
    if vote.choice == 0 then return nil end
    local was = closed(vote, of.base)
    changed(vote)
    plus(moves, vote, -1, of.id)
    vote.choice = 0
    return was
  end,
}

local function walk(took)
  moves, touched, votes, by_choice = no_moves(), 0, 0, {}
  for choice = 1, MOST_CHOICES do
    by_choice[choice] = 0
  end
  if is_forgotten() then -- a reset of votes without marks
    for choice, found in ipairs(counts()) do
      by_choice[choice] = found
      votes = votes + found
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

if act.dry or act.expected or act.action == 'set_aside' then
  walk()
  if act.dry then return answer('done', { votes = votes, by_choice = by_choice }) end
  if act.expected and votes ~= act.expected then
    return answer('stale', { votes = votes, by_choice = by_choice })
  end
  if act.action == 'set_aside' then
    fitting, wanted = votes, math.min(votes, act.votes)
    math.randomseed(act.seed)
  end
end

local before = tally_text()
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
if act.action == 'set_aside' then
  -- Votes of several windows have no day in common.
  local has_other = (tonumber(fields.a) or 0) > 0 and tonumber(fields.ad) ~= act.from
  kept.ad, kept.ad_before = has_other and 0 or act.from, fields.ad or ''
  set('ad', kept.ad)
elseif act.action == 'reset' then
  local left = timeline() -- the votes without marks
  kept.kept = cjson.encode(flat_list(left))
  for at, by in pairs(left) do
    count(floor(at / 16), at % 16, -by)
  end
  local brought = {}
  for name, value in pairs(read(article)) do
    if name:match('^[kl]:') then
      brought[name] = value
      set(name)
    end
  end
  kept.brought = cjson.encode(brought)
  local lapsed = {}
  for choice = 1, MOST_CHOICES do
    set('k' .. choice)
    lapsed[choice] = number('l' .. choice)
    set_aside(choice, -lapsed[choice])
    set('l' .. choice)
  end
  kept.lapsed = cjson.encode(lapsed)
end
local entry = record(n, before, tally_text(), kept)
return answer('done', { entry = entry, votes = votes, by_choice = by_choice })
