--[[ What each network may do on one subject. Behind base.lua and allowance.lua. No KEYS, no ARGV.

Networks are bytes: for each network of one address, the network first and the wide one after it, 16 bytes: its mark
under today's salt and its mark under yesterday's. A wide network has WIDE_FACTOR times the allowance. What a network
used before midnight is looked up under its old mark.
]]
local WIDE_FACTOR = 4 -- as widget/domain/readers/network.py

-- Count one act of each network, if all of them have it left, and return whether they had.
-- known: a function of both marks; it returns when a network's allowance is whole again, nil if it is.
-- keep: a function of today's mark and that time, to store it.
local function within_allowances(networks, now, burst, every, known, keep)
  local times = {}
  for at = 1, #networks, 16 do
    local factor = at == 1 and 1 or WIDE_FACTOR
    local whole_at = known(networks:sub(at, at + 7), networks:sub(at + 8, at + 15))
    local next_at = after_one_more(whole_at, now, burst * factor, every / factor)
    if not next_at then return false end
    times[at] = floor(next_at)
  end
  for at, next_at in pairs(times) do
    keep(networks:sub(at, at + 7), next_at)
  end
  return true
end

-- The same for a subject with few networks, whose times are in one hash a day, until the end of the next day.
-- hash_of: a function of a day since the epoch.
local function within_allowances_of(hash_of, networks, now, burst, every)
  local day = floor(now / 86400)
  local hash = hash_of(day)
  return within_allowances(
    networks,
    now,
    burst,
    every,
    function(today, before)
      return tonumber(call('HGET', hash, today) or call('HGET', hash_of(day - 1), before) or nil)
    end,
    function(today, whole_at)
      call('HSET', hash, today, format('%.0f', whole_at))
      call('EXPIRE', hash, (day + 2) * 86400 - now)
    end
  )
end
