--[[ Count a moving table in its target. Once for each move. Behind article.lua.

KEYS[1]  the target article
act.table, act.token  as move_begin.lua    act.data  the data of move_begin.lua
act.page   its page as JSON, stored if nobody has voted there
act.alias  of a merge: {to, address, named}, the alias of the address after the move

Computed beside the keys of article.lua: p:<id> string, the page; no TTL.

Codes: late (joined already), chain (this article was merged itself), crowded (too many addresses),
moving (another address is just moving), done {entry}. After those three, the move can only be taken back.
]]
local MOST_ADDRESSES = 20
local of_id, data = act.table, act.data
local own = of_id == id

if fields['done:' .. of_id] == act.token or (own and fields.s ~= 'm') then return answer('late') end
set('done:' .. of_id, act.token)
if not own then
  if fields.s == 'm' then return answer('chain') end
  if #tables() > MOST_ADDRESSES then return answer('crowded') end
  if is_moving() then return answer('moving') end
end

-- Make the article's fields, where nobody has voted yet.
local function exist()
  first, section = own and data.base or data.first, data.section
  set('f', first)
  set('b', 1)
  set('v', 0)
  set('x', data.closes)
  set('c', data.section)
  if not fields.d then set('d', '?') end
  call('SET', stem .. 'p:' .. id, act.page, 'NX')
end

-- Let the article's timeline begin at an earlier hour.
local function rebase(to)
  for _, of in ipairs(tables()) do
    set(own_or('f', of.id), of.base)
  end
  local shift, key = (first - to) * 16, stem .. 't:' .. id
  local flat = call('HGETALL', key)
  call('UNLINK', key)
  for i = 1, #flat, 2 do
    call('HSET', key, tonumber(flat[i]) + shift, flat[i + 1])
  end
  set('f', to)
  first = to
  call('ZADD', stem .. 'all', first, id)
end

local before
if own then
  set('s', fields['s:was'])
  set('s:was')
  set('into')
  if not first and data.voters > 0 then exist() end
  if first then
    set('b', data.buckets)
    set('v', data.voters)
    set('f:', data.base)
    set('x', data.closes)
    if not is_forgotten() then keep_until(data.closes) end
  end
else
  before = first and tally_text() or 'no votes'
  if first and is_forgotten() then forget() end
  if not first and data.first then exist() end
  if data.first then
    if data.first < first then rebase(data.first) end
    set('x:' .. of_id, data.closes)
    if not fields['x:'] then set('x:', fields.x) end
    set('k:' .. of_id, #data.kept > 0 and cjson.encode(data.kept))
    set('l:' .. of_id, data.lapsed and #data.lapsed > 0 and cjson.encode(data.lapsed))
    set('o:' .. of_id, next(data.origins) and cjson.encode(data.origins))
    set('f:' .. of_id, data.base)
  end
  set('b:' .. of_id, math.max(data.buckets, 1))
  set('v:' .. of_id, data.voters)
  if data.first then keep_until(math.max(number('x'), data.closes)) end
end

if first then
  call('ZADD', stem .. 'all', first, id)
  for _, list in ipairs({ data.filed, data.kept }) do
    for i = 1, #list, 2 do
      count(floor(list[i] / 16), list[i] % 16, list[i + 1])
    end
  end
  for i = 1, #data.kept, 2 do
    local name = 'k' .. data.kept[i] % 16
    set(name, number(name) + data.kept[i + 1])
  end
  for i = 1, #data.held, 2 do
    hold(data.held[i], data.held[i + 1])
  end
  local aside = data.aside or {} -- a move that an earlier release began has none
  for i = 1, #aside, 2 do
    set_aside(aside[i], aside[i + 1])
  end
  local lapsed = data.lapsed or {}
  for i = 1, #lapsed, 2 do
    local name = 'l' .. lapsed[i]
    set_aside(lapsed[i], lapsed[i + 1])
    set(name, number(name) + lapsed[i + 1])
  end
  if #aside + #lapsed > 0 then
    local here = (tonumber(fields.a) or 0) > 0 and tonumber(fields.ad)
    set('ad', here and here ~= data.aside_hour and 0 or data.aside_hour)
  end
  call('PERSIST', stem .. 'e:' .. of_id) -- a copy from another slot would have gone by itself
  for name, voters in pairs(data.origins) do
    call('HINCRBY', article, name, voters)
  end
  if own and is_forgotten() then
    fields = read(article)
    forget()
  end
elseif own then
  set('done:' .. of_id) -- nobody ever voted there, so the article does not exist
end
join_flags(of_id, data.flags)
if own then return answer('done') end
local n = new_act()
local after = (first and tally_text() or 'no votes') .. '; ' .. act.alias.named .. ' resolves here'
return answer('done', { entry = record(n, before, after, { table = of_id }) })
