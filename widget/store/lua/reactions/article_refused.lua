--[[ Count a reader whom the gate refused on a story, if it has votes. Behind act.lua.

KEYS[1]  hash  the article    KEYS[2]  stem, from which e:<id> is computed (evidence.lua)

act.id       the article's id
act.hour     since the epoch
act.counter  1 asked for a proof of work, 2 turned away
]]
if call('HEXISTS', KEYS[1], 'f') == 1 then
  local ones = { '1', '2097152' }
  call('HINCRBY', KEYS[2] .. 'e:' .. act.id, 'r' .. format('%d', act.hour), ones[act.counter])
end
