--[[ One partition's votes, hour by hour or day by day. Reads only.

KEYS[1] stem: h:<day> and d are computed from it and share its hash tag (cast.lua names them)

ARGV[1] "h" for hours, "d" for days     ARGV[2] first, hours or days since the epoch
ARGV[3] end, not itself in               ARGV[4] how many choices

Returns msgpack: votes of choice 1 .. n of the first, then of the next, zeros included.
]]
local DAYS_AT_ONCE = 200 -- of 15 choices: no call takes more than 8,000 arguments
local call, stem = redis.call, KEYS[1]
local first, stop, choices = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local votes = {}
for i = 1, (stop - first) * choices do
  votes[i] = 0
end

if ARGV[1] == 'h' then
  for day = math.floor(first / 24), math.floor((stop - 1) / 24) do
    local fields = call('HGETALL', stem .. 'h:' .. day)
    local offset = day * 24 - first
    for i = 1, #fields, 2 do
      local packed = tonumber(fields[i])
      local choice = packed % 16
      local at = offset + (packed - choice) / 16
      if at >= 0 and at < stop - first and choice <= choices then
        votes[at * choices + choice] = tonumber(fields[i + 1])
      end
    end
  end
elseif call('HLEN', stem .. 'd') <= 2 * (stop - first) * choices then
  -- A short hash is kept as a list, in which looking up each field would walk it again.
  local fields = call('HGETALL', stem .. 'd')
  for i = 1, #fields, 2 do
    local packed = tonumber(fields[i])
    local choice = packed % 16
    local day = (packed - choice) / 16
    if day >= first and day < stop and choice <= choices then
      votes[(day - first) * choices + choice] = tonumber(fields[i + 1])
    end
  end
else
  local at = 0
  for part = first, stop - 1, DAYS_AT_ONCE do
    local fields = {}
    for day = part, math.min(part + DAYS_AT_ONCE, stop) - 1 do
      for choice = 1, choices do
        fields[#fields + 1] = day * 16 + choice
      end
    end
    for _, found in ipairs(call('HMGET', stem .. 'd', unpack(fields))) do
      at = at + 1
      votes[at] = tonumber(found or 0)
    end
  end
end
return cmsgpack.pack(votes)
