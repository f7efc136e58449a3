--[[ Flag hours of an article for an editor, or decide on a flag. Behind flags.lua.

act.action   put, hold, explain, take, set_aside or restore
act.n        of all but put: number of the flag
act.finding  of put: what was found; see widget/domain/integrity/flag.py
act.until    of hold: votes of new readers for the choice are held until then, s since the epoch (y of the article)
act.note     of explain: the editor's explanation
act.audit_id, act.votes  of set_aside: the correction that did it, and its votes

take keeps a flag for one editor for half a minute, while votes are set aside.

Codes: unknown (nobody has voted there), moved (merged into another), moving (try again), no_flag, judged (an editor
decided before), taken (an editor is deciding right now), waiting (nobody has decided yet),
done {n, flag: the flag as it is then}. put answers with done too if the hours are known: with the flag that has them.
]]
local MOST_FLAGS = 100
local TAKEN_S = 30

if fields.s == 'm' then return answer('moved') end
if not first then return answer('unknown') end
if is_moving() then return answer('moving') end

local function done(n, flag) return answer('done', { n = n, flag = flag }) end

-- Put a finding. A waiting flag of the same votes grows. One on which an editor decided keeps its finding, and rises
-- again as another only if a third more votes came.
local function put(finding)
  local flags, waiting, judged = stored_flags(), {}, nil
  local aside, decided, explained, latest, how_many = 0, 0, 0, 0, 0
  for n, flag in pairs(flags) do
    local known = flag.finding
    how_many, latest = how_many + 1, math.max(latest, n)
    if
      known.choice == finding.choice
      and known.from_hour < finding.to_hour
      and finding.from_hour < known.to_hour
    then
      if flag.state == 'waiting' then
        waiting[#waiting + 1] = n
      else
        judged = math.max(judged or n, n)
        if flag.state == 'set_aside' then
          aside = aside + flag.votes_aside
          decided = decided + math.max(flag.votes_aside, known.excess) -- some may have been gone
        else
          explained = math.max(explained, known.excess)
        end
      end
    end
  end
  -- Votes set aside are still in the evidence, so the finding has them too.
  local total = finding.excess
  local left = math.max(total - aside, 0)
  finding.honest = finding.honest * left / math.max(total, 1)
  finding.honest_most = finding.honest_most * left / math.max(total, 1)
  finding.excess = left

  if #waiting > 0 then
    table.sort(waiting)
    local n = waiting[1]
    for i = 2, #waiting do -- the hours between them are filled now
      remove_flag(waiting[i])
    end
    if left > 0 and finding.strength >= flags[n].finding.strength then
      flags[n].finding = finding
      store_flag(n, flags[n])
    end
    return done(n, flags[n])
  end
  decided = decided + explained
  if judged and (total - decided) * 3 < decided then return done(judged, flags[judged]) end
  if how_many >= MOST_FLAGS then return done(latest, flags[latest]) end
  local flag = { finding = finding, found_s = now, state = 'waiting', votes_aside = 0 }
  return done(add_flag(flag), flag)
end

if act.action == 'put' then return put(act.finding) end

local raw = call('HGET', flags_key, act.n)
if not raw then return answer('no_flag') end
local flag = cjson.decode(raw)

if act.action == 'restore' then
  if flag.state == 'waiting' then return answer('waiting') end
  if flag.state == 'explained' then log('explained', 'waiting') end -- an undo of votes is logged by itself
  flag.state, flag.votes_aside = 'waiting', 0
  flag.note, flag.by, flag.decided_s, flag.audit_id, flag.taken = nil, nil, nil, nil, nil
  store_flag(act.n, flag)
  return done(act.n, flag)
end

if flag.state ~= 'waiting' then return answer('judged') end
local is_taken = act.action ~= 'hold' and flag.taken and now - flag.taken < TAKEN_S
if is_taken and act.action ~= 'set_aside' then return answer('taken') end
local choice, held_until = (fields.y or ''):match('^(%d+) (%d+)$')
choice, held_until = tonumber(choice), tonumber(held_until or 0)
if act.action == 'hold' then
  local is_more = flag.finding.excess * 3 >= (flag.held_excess or 0) * 4
  if now >= held_until and is_more then
    set('y', flag.finding.choice .. ' ' .. act['until'])
    flag.held_until, flag.held_excess = act['until'], flag.finding.excess
    store_flag(act.n, flag)
  end
  return done(act.n, flag)
end
if act.action == 'take' then
  flag.taken = now
  store_flag(act.n, flag)
  return done(act.n, flag)
end

flag.by, flag.decided_s, flag.taken = act.who, now, nil
if act.action == 'explain' then
  flag.state, flag.note = 'explained', act.note
  if choice == flag.finding.choice and held_until > now then
    set('y')
    flag.held_until = now
  end
  log('waiting', 'explained')
else
  flag.state, flag.audit_id, flag.votes_aside = 'set_aside', act.audit_id, act.votes
end
store_flag(act.n, flag)
return done(act.n, flag)
