--[[ Sums of the tone of one partition's published comments in some hours. Reads only. Behind act.lua.

KEYS[1] stem: ctd, the days' tone, name/day -> sum, and ctx:<day>, the hours of a day, name/hour of the day -> sum, are
        computed from it and share its hash tag (comment.lua names them)

act.first  hour since the epoch    act.stop  the hour after the last    act.names  the names

Returns msgpack: a sum for each name.
]]
local first_day, stop_day = math.ceil(act.first / 24), floor(act.stop / 24)
local sums = {}
for at in ipairs(act.names) do
  sums[at] = 0
end

local function add(key, fields)
  if #fields == 0 then return end
  local found = call('HMGET', KEYS[1] .. key, unpack(fields))
  for at in ipairs(found) do
    local name = (at - 1) % #act.names + 1
    sums[name] = sums[name] + (tonumber(found[at] or nil) or 0)
  end
end

local function add_hours(first, stop)
  if first >= stop then return end
  local fields = {}
  for hour = first, stop - 1 do
    for _, name in ipairs(act.names) do
      fields[#fields + 1] = name .. '/' .. format('%d', hour % 24)
    end
  end
  add('ctx:' .. format('%d', floor(first / 24)), fields)
end

if first_day > stop_day then -- all within one day
  add_hours(act.first, act.stop)
else
  local fields = {}
  for day = first_day, stop_day - 1 do
    for _, name in ipairs(act.names) do
      fields[#fields + 1] = name .. '/' .. format('%d', day)
    end
  end
  add('ctd', fields)
  add_hours(act.first, first_day * 24)
  add_hours(stop_day * 24, act.stop)
end
return cmsgpack.pack(sums)
