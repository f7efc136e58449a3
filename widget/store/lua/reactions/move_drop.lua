--[[ End a move: its source no longer counts the table. Once. Behind article.lua.

KEYS[1]  the source article      KEYS[2]  stem
KEYS[3]  if both are on one server: the target article, which must have joined it
act.table, act.token, act.of  as move_begin.lua    act.data  the data of move_begin.lua
act.shared  true: both are in one partition, which shares the buckets
act.back    true: take the move back instead, since nothing was joined (optional)

Codes: late (done already), not_joined, done {entry: of a split}.
]]
local of_id, data = act.table, act.data
local own = of_id == id

local under_way = call('HGET', stem .. 'moving', of_id)
if not under_way or cjson.decode(under_way).act.token ~= act.token then return answer('late') end

if act.back then
  set('s', fields['s:was'])
  set('s:was')
  set('into')
  call('HDEL', stem .. 'moving', of_id)
  return answer('done')
end
if KEYS[3] then
  local joined = call('HGET', KEYS[3], 'done:' .. of_id)
  if joined and joined ~= act.token or not own and call('HGET', KEYS[3], 's') == 'm' then
    return answer('not_joined')
  end
  if own and not call('HGET', KEYS[3], 'b:' .. of_id) then return answer('not_joined') end
end

local before = first and tally_text() or 'no votes'
if first then
  for _, list in ipairs({ data.filed, data.kept }) do
    for i = 1, #list, 2 do
      count(floor(list[i] / 16), list[i] % 16, -list[i + 1])
    end
  end
  for i = 1, #data.kept, 2 do
    local name = 'k' .. data.kept[i] % 16
    local left = number(name) - data.kept[i + 1]
    set(name, left > 0 and left)
  end
  for i = 1, #data.held, 2 do
    hold(data.held[i], -data.held[i + 1])
  end
  local aside = data.aside or {}
  for i = 1, #aside, 2 do
    set_aside(aside[i], -aside[i + 1])
  end
  local lapsed = data.lapsed or {}
  for i = 1, #lapsed, 2 do
    local name = 'l' .. lapsed[i]
    local left = number(name) - lapsed[i + 1]
    set_aside(lapsed[i], -lapsed[i + 1])
    set(name, left > 0 and left)
  end
  for name, voters in pairs(data.origins) do
    if voters ~= 0 then add(article, name, -voters) end
  end
end
if not act.shared then
  for n = 0, data.buckets - 1 do
    call('UNLINK', stem .. 'm:' .. of_id .. ':' .. n)
  end
  call('UNLINK', stem .. 'e:' .. of_id)
end
drop_flags(of_id)
call('HDEL', stem .. 'moving', of_id)

if own then
  call('ZREM', stem .. 'all', id)
  call('ZREM', stem .. 'new', id)
  call('ZREM', stem .. 'held', id)
  for _, name in ipairs({ 'b', 'v', 'x', 'f:' }) do
    set(name)
  end
  return answer('done')
end

for _, name in ipairs({ 'w:', 'v:', 'f:', 'x:', 'k:', 'l:', 'o:' }) do
  set(name .. of_id)
end
if first then
  local closes, earliest = number('x:'), math.huge
  for _, of in ipairs(tables()) do
    closes = math.max(closes, number(own_or('x', of.id)))
    earliest = math.min(earliest, of.base)
  end
  if closes == number('x:') then set('x:') end -- the last one that had its own closing time
  local line = timeline()
  for at in pairs(line) do
    earliest = math.min(earliest, floor(at / 16))
  end
  if earliest > first then
    local key = stem .. 't:' .. id
    call('UNLINK', key)
    for at, votes in pairs(line) do
      call('HSET', key, at - earliest * 16, votes)
    end
    set('f', earliest)
    call('ZADD', stem .. 'all', earliest, id)
  end
  if closes > 0 and closes ~= number('x') then
    if closes <= now then
      fields = read(article)
      set('x', closes)
      forget()
    else
      keep_until(closes)
    end
  end
end
local entry = record_undo(act.of, before, first and tally_text() or 'no votes')
return answer('done', { entry = entry })
