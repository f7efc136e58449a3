--[[ One partition's day that is not over, and whether its days that are over have changed. Reads only.
Behind act.lua and up_to_date.lua.

KEYS[1] stem: past, d, h:<day>, sec:<day>, mix:<day> and top:<day>:<choice> are computed from it and share its hash
        tag (ledger.lua names them)

act.day      the day, since the epoch
act.choices  number of choices

Returns msgpack:
1  what changes with every change to past days, as text: their number, the votes on the day before, and the number of
   days and choices with votes. A worker whose clock is slow still votes into the day before after it is over for
   others, and counts no change
2  a digest of the day's ranking, mixes and sections: the same as long as no article's votes of the day have changed,
   nor its section
3  number of articles with votes on the day
4  votes of choice 1 .. n of the day's hour 0, then of the next, zeros included

A digest of these keys as the server stores them costs half as much as reading them, and the answer is short.
]]
local stem, day, choices = KEYS[1], act.day, act.choices

local fields = {}
for choice = 1, choices do
  fields[choice] = (day - 1) * 16 + choice
end
local day_before = 0
for _, votes in ipairs(call('HMGET', stem .. 'd', unpack(fields))) do
  day_before = day_before + (tonumber(votes) or 0)
end

local stored = {}
for i, name in ipairs({ 'mix:' .. day, 'sec:' .. day }) do
  stored[i] = call('DUMP', stem .. name) or ''
end
for choice = 0, choices do
  stored[#stored + 1] = call('DUMP', stem .. 'top:' .. day .. ':' .. choice) or ''
end

local hours = {}
for at = 1, 24 * choices do
  hours[at] = 0
end
local flat = call('HGETALL', stem .. 'h:' .. day)
for i = 1, #flat, 2 do
  local packed = tonumber(flat[i])
  local choice = packed % 16
  if choice <= choices then
    hours[(packed - choice) / 16 * choices + choice] = tonumber(flat[i + 1])
  end
end

return cmsgpack.pack({
  format('%s %d %d', call('GET', stem .. 'past') or '0', day_before, call('HLEN', stem .. 'd')),
  redis.sha1hex(table.concat(stored, ' ')),
  call('ZCARD', stem .. 'top:' .. day .. ':0'),
  hours,
})
