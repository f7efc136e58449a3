--[[ Undo a void, a release or a reset. With article_lib.lua.

act.of  number of the correction

Codes: unknown, moved, moving, undone (already), forgotten (the marks are), moved_since (an address came
or went, and its votes with it: that is to be undone first), done {entry, votes}.

Votes that came since stay: a voided reader's present choice counts again, a released one's is held again,
and a reset gives back the votes of those who have not voted since.
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

local moves, votes = tally(), 0

local give_back = {
  void = function(mark, was)
    if mark.status ~= VOID then return false end
    mark.status = tonumber(was)
    plus(moves, mark, 1)
    return true
  end,
  release = function(mark)
    if mark.status ~= COUNTED then return false end
    plus(moves, mark, -1)
    mark.status = HELD
    plus(moves, mark, 1)
    return true
  end,
  reset = function(mark, was, base)
    local old = opened(was, base)
    if mark.seq ~= old.seq then return false end
    mark.choice, mark.hour = old.choice, old.hour
    plus(moves, mark, 1)
    return true
  end,
}

local before = standing()
for of_id, buckets in pairs(of_tables) do
  local of = at_hand[of_id]
  local level = 1
  while level * 2 <= of.buckets do
    level = level * 2
  end
  for n = 0, buckets - 1 do
    local took = took_stem(act.of) .. ':' .. of_id .. ':' .. n
    local flat = call('HGETALL', took)
    for i = 1, #flat, 2 do
      local hash = struct.unpack('>I4', flat[i])
      local at = hash % (level * 2)
      if at >= of.buckets then at = hash % level end
      local bucket = bucket_of(of, at)
      local value = call('HGET', bucket, flat[i])
      if value then
        local mark = opened(value, of.base)
        if give_back[kept.a](mark, flat[i + 1], of.base) then
          if mark.choice > 0 then votes = votes + 1 end
          call('HSET', bucket, flat[i], packed(mark, of.base))
        end
      end
    end
    call('UNLINK', took)
  end
end
settle(moves)
if kept.kept then
  local list = cjson.decode(kept.kept)
  for i = 1, #list, 2 do
    local at, by = list[i], list[i + 1]
    file(floor(at / 16), at % 16, by)
    set('k' .. at % 16, number('k' .. at % 16) + by)
    votes = votes + by
  end
  for name, value in pairs(brought) do
    set(name, value)
  end
end
return answer('done', { entry = record_undo(act.of, before, standing()), votes = votes })
