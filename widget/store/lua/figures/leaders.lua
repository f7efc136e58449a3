--[[ The article of one partition with most votes in each of a few slots, such as a chart's highest. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: top:<day>:0, a:<id> and t:<id> are computed from it and share its hash tag (ledger.lua names them)

act.slots    at most three: first hour since the epoch, the hour after the last

Returns msgpack: for each slot an article and its votes there; "" and 0 if it had none.

Articles are looked at in the order of their votes of the slot's days. An article further down cannot lead with fewer
votes in those days than another has in the slot, so few are looked at.
]]
local AT_ONCE = 8
local MOST = 48 -- articles of a day, for a slot in which every article has about one vote
local stem = KEYS[1]
local answer = {}

local function votes_in(id, first, stop)
  local began = tonumber(call('HGET', stem .. 'a:' .. id, 'f') or nil)
  local votes = 0
  local fields = began and call('HGETALL', stem .. 't:' .. id) or {}
  for i = 1, #fields, 2 do
    local hour = began + floor(tonumber(fields[i]) / 16)
    if hour >= first and hour < stop then votes = votes + tonumber(fields[i + 1]) end
  end
  return votes
end

for _, slot in ipairs(act.slots) do
  local first, stop = slot[1], slot[2]
  local best, leader, seen, rank = 0, '', {}, 0
  local bound
  repeat
    bound = 0
    for day = floor(first / 24), floor((stop - 1) / 24) do
      local ranking = stem .. 'top:' .. format('%d', day) .. ':0'
      local found = call('ZREVRANGE', ranking, rank, rank + AT_ONCE - 1, 'WITHSCORES')
      if #found == 2 * AT_ONCE then bound = bound + tonumber(found[#found]) end
      for i = 1, #found, 2 do
        local id = found[i]
        if not seen[id] then
          local votes = votes_in(id, first, stop)
          if votes > best or votes == best and best > 0 and id < leader then
            best, leader = votes, id
          end
          seen[id] = true
        end
      end
    end
    rank = rank + AT_ONCE
  until bound <= best or rank >= MOST
  answer[#answer + 1], answer[#answer + 2] = leader, best
end
return cmsgpack.pack(answer)
