--[[ Mark in one partition what a block of the ledger said of its stories. Behind act.lua.

KEYS[1]  hash  article -> "<hour of the line> <state>", a state being "<poll>;<counts>;<held>;<set aside>;<entries>"
               with votes as "<choice>=<votes>,..", "#" -> the number of the last block that was marked here; no TTL

act.n      number of the block
act.marks  list of article, mark, article, mark, ..; "" for a story that is gone

Returns 1 done, 0 this block or a later one was marked already, and nothing was written.
]]
if tonumber(call('HGET', KEYS[1], '#') or 0) >= act.n then return 0 end
for i = 1, #act.marks, 2 do
  if act.marks[i + 1] == '' then
    call('HDEL', KEYS[1], act.marks[i])
  else
    call('HSET', KEYS[1], act.marks[i], act.marks[i + 1])
  end
end
call('HSET', KEYS[1], '#', act.n)
return 1
