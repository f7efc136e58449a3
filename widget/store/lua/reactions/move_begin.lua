--[[ Begin to move the votes of one address from this article to another. Behind article.lua.

The votes of an address are a table of their own, in the article's slot. Merging moves an article's own table
to another article; a split moves it back. Two articles may be in two slots, so a move has steps, and each may
be repeated: begin (this script: votes for the address are refused for a moment, and the move is written down),
copy (move_copy.lua), join (move_join.lua: the target counts the votes), point the address to the target,
drop (move_drop.lua: the source no longer counts them).

act.table  the address to move: the article itself in a merge, another address of it in a split
act.to     the article it goes to    act.token  unique    act.of  of a split: number of the merge it undoes
The whole act is stored until the move is done, with the data that the later steps need.

Codes: busy {act, data: the move already under way there}, unknown (no such address here), moved,
addresses (others resolve to this article), undone, forgotten (the votes cannot be told apart), done {data}.
]]
local of_id = act.table
local own = of_id == id

local under_way = call('HGET', stem .. 'moving', of_id)
if under_way then return answer('busy', cjson.decode(under_way)) end
if act.of and call('HGET', act_key(act.of), 'u') then return answer('undone') end
if fields.s == 'm' then return answer('moved') end
for _, of in ipairs(tables()) do
  if own and of.id ~= id then return answer('addresses') end
end

local suffix = own and '' or ':' .. of_id
if not own and not fields['b:' .. of_id] then return answer('unknown') end
if first and not own then
  local forgot = is_forgotten() or number('g') > tonumber(call('HGET', act_key(act.of), 'at'))
  if forgot and fields['x:' .. of_id] then return answer('forgotten') end
end
if first and is_forgotten() then forget() end

-- Of each hour, the votes with marks (filed) and without (kept), and the held ones.
local moves, kept = no_moves(), {}
local moved
for _, of in ipairs(tables()) do
  if of.id == of_id and first then moved = of end
end
if moved then
  each({ moved }, function(vote) plus(moves, vote, 1, of_id) end)
  if own then
    kept = timeline()
    for at, votes in pairs(moves.filed) do
      kept[at] = kept[at] - votes
    end
  else
    local list = cjson.decode(fields['k:' .. of_id] or '[]')
    for i = 1, #list, 2 do
      kept[list[i]] = list[i + 1]
    end
  end
end
local origins, lapsed = {}, {} -- lapsed: votes set aside without marks
if own then
  for name, value in pairs(fields) do
    if name:sub(1, 1) == '@' then origins[name] = tonumber(value) end
  end
  for choice = 1, MOST_CHOICES do
    lapsed[choice] = number('l' .. choice)
  end
  lapsed = flat_list(lapsed)
else
  origins = cjson.decode(fields['o:' .. of_id] or '{}')
  lapsed = cjson.decode(fields['l:' .. of_id] or '[]')
end
local data = {
  filed = flat_list(moves.filed),
  kept = flat_list(kept),
  held = flat_list(moves.held),
  aside = flat_list(moves.aside),
  lapsed = lapsed,
  aside_hour = tonumber(fields.ad),
  origins = origins,
  buckets = moved and moved.buckets or 0,
  voters = number('v' .. suffix),
  base = moved and moved.base,
  first = first,
  section = fields.c,
  flags = flags_of(of_id),
  closes = tonumber(own and fields.x or fields['x:' .. of_id] or fields.x),
}
if own then
  set('s:was', fields.s)
  set('s', 'm')
  set('into', act.to)
else
  set('w:' .. of_id, fields['b:' .. of_id])
  set('b:' .. of_id)
end
call('HSET', stem .. 'moving', of_id, cjson.encode({ act = act, data = data }))
return answer('done', { data = data })
