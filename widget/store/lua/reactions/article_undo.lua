--[[ Undo a void, votes set aside, a release or a reset. Behind article.lua.

act.of  number of the correction    act.undoes  its audit id

Codes: unknown, moved, moving, undone (already), forgotten (it has no marks left), moved_since (an address
was added or removed with its votes since: undo that first), done {entry, votes}.

Votes cast since then stay: the present choice of a reader whose vote was void or set aside counts again, a released
reader's is held again, and the undo of a reset restores the votes of readers who have not voted since.
]]
local kept = read(act_key(act.of))
if not kept.e then return answer('unknown') end
if kept.u then return answer('undone') end
if fields.s == 'm' then return answer('moved') end
if is_moving() then return answer('moving') end

local at_hand = {}
for _, of in ipairs(tables()) do
  at_hand[of.id] = of
end
local of_tables = kept.tables and cjson.decode(kept.tables) or {}
if kept.tables then
  if is_forgotten() or number('g') > tonumber(kept.at) then return answer('forgotten') end
  for of_id in pairs(of_tables) do
    if not at_hand[of_id] then return answer('moved_since') end
  end
end
local brought = kept.brought and cjson.decode(kept.brought) or {}
for name in pairs(brought) do
  if not at_hand[name:sub(3)] then return answer('moved_since') end
end

local moves, votes = no_moves(), 0

-- Restore a vote; each returns whether it did.
local give_back = {
  void = function(vote, was, of)
    if vote.status ~= VOID then return false end
    vote.status = tonumber(was)
    plus(moves, vote, 1, of.id)
    return true
  end,
  set_aside = function(vote, _, of)
    if vote.status ~= ASIDE then return false end
    plus(moves, vote, -1, of.id)
    vote.status = COUNTED
    plus(moves, vote, 1, of.id)
    return true
  end,
  release = function(vote, _, of)
    if vote.status ~= COUNTED then return false end
    plus(moves, vote, -1, of.id)
    vote.status = HELD
    plus(moves, vote, 1, of.id)
    return true
  end,
  reset = function(vote, was, of)
    local old = opened(was, of.base)
    if vote.seq ~= old.seq then return false end
    vote.choice, vote.hour = old.choice, old.hour
    plus(moves, vote, 1, of.id)
    return true
  end,
}

local before = tally_text()
for of_id, buckets in pairs(of_tables) do
  local of = at_hand[of_id]
  for n = 0, buckets - 1 do
    local took = took_stem(act.of) .. ':' .. of_id .. ':' .. n
    local flat = call('HGETALL', took)
    for i = 1, #flat, 2 do
      local bucket = bucket_key(of, (bucket_number(flat[i], of.buckets)))
      local value = call('HGET', bucket, flat[i])
      if value then
        local vote = opened(value, of.base)
        if give_back[kept.a](vote, flat[i + 1], of) then
          if vote.choice > 0 then votes = votes + 1 end
          call('HSET', bucket, flat[i], closed(vote, of.base))
        end
      end
    end
    call('UNLINK', took)
  end
end
settle(moves)
if kept.ad and fields.ad == kept.ad then set('ad', kept.ad_before ~= '' and kept.ad_before) end
for choice, by in ipairs(cjson.decode(kept.lapsed or '[]')) do
  if by > 0 then
    set_aside(choice, by)
    set('l' .. choice, number('l' .. choice) + by)
  end
end
if kept.kept then
  local list = cjson.decode(kept.kept)
  for i = 1, #list, 2 do
    local at, by = list[i], list[i + 1]
    count(floor(at / 16), at % 16, by)
    set('k' .. at % 16, number('k' .. at % 16) + by)
    votes = votes + by
  end
  for name, value in pairs(brought) do
    set(name, value)
  end
end
return answer('done', { entry = record_undo(act.of, before, tally_text()), votes = votes })
