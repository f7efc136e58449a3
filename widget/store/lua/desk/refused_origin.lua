--[[ Count one request that was refused because its origin is not the site's. Behind act.lua.

KEYS[1]  hash    an origin -> "lane count first last", times in s; act.kept_s after the last

act.origin  act.lane  of the network that the request came from    act.now  s since the epoch
act.most    origins of one lane    act.kept_s

An origin belongs to the lane whose network named it first. A lane that is full gives up the origin that
was counted least, and of those the one that was seen longest ago. So whoever invents origins crowds out
only what came by the same lane, and nothing that is counted more often than what they invent.
]]
local found = call('HGETALL', KEYS[1])
local mine, weakest, weakest_count, weakest_last
local of_lane = 0
for at = 1, #found, 2 do
  local origin = found[at]
  local lane, count, first, last = found[at + 1]:match('^(%d+) (%d+) (%d+) (%d+)$')
  count, last = tonumber(count) or 0, tonumber(last) or 0
  if last <= act.now - act.kept_s then
    call('HDEL', KEYS[1], origin)
  elseif origin == act.origin then
    mine = { lane, count, first }
  elseif tonumber(lane) == act.lane then
    of_lane = of_lane + 1
    if not weakest or count < weakest_count or (count == weakest_count and last < weakest_last) then
      weakest, weakest_count, weakest_last = origin, count, last
    end
  end
end
if not mine then
  if of_lane >= act.most then call('HDEL', KEYS[1], weakest) end
  mine = { act.lane, 0, act.now }
end
call('HSET', KEYS[1], act.origin, ('%d %d %d %d'):format(mine[1], mine[2] + 1, mine[3], act.now))
call('EXPIRE', KEYS[1], act.kept_s)
return 0
