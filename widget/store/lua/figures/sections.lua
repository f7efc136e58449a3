--[[ One partition's votes of each section in some days: a portion. Reads only. Behind act.lua and up_to_date.lua.

KEYS[1] stem: sec:<day> are computed from it and share its hash tag (ledger.lua names them)

act.first, act.last  days since the epoch    act.group  optional: number of days that are added up, all without it
act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the end of the last day; how much of a portion was read, per cent;
then for each field: the first day of the group in this portion, field, votes; a field is <choice>:<section> as
ledger.lua writes it. The votes of a field are the sum over different first days. A day of more than one portion is
scanned, which may return a field twice.
]]
local PORTION = 1000 -- fields
local stem = KEYS[1]
local day, cursor = act.first, '0'
if act.from then
  day, cursor = act.from[1], act.from[2]
end
local first = day

local function name(of_day) return stem .. 'sec:' .. format('%d', of_day) end

-- Where each field's votes of a group are in the answer.
local answer, places, read = { false, 0 }, {}, 0
local function count(of_day, fields)
  local group = act.group and of_day - (of_day - act.first) % act.group or first
  local begun = math.max(first, group)
  places[begun] = places[begun] or {}
  for i = 1, #fields, 2 do
    local field, at = fields[i], places[begun][fields[i]]
    if not at then
      at = #answer + 3
      answer[at - 2], answer[at - 1], answer[at] = begun, field, 0
      places[begun][field] = at
    end
    answer[at] = answer[at] + tonumber(fields[i + 1])
  end
end

while day <= act.last and cursor == '0' do
  local more = call('HLEN', name(day))
  if read > 0 and read + more > PORTION or more > PORTION then break end
  count(day, call('HGETALL', name(day)))
  day, read = day + 1, read + more
end
if read == 0 and day <= act.last then -- empty days, or a day of more than one portion
  first = day
  local scanned = call('HSCAN', name(day), cursor, 'COUNT', PORTION)
  cursor = scanned[1]
  local seen = {}
  read = #scanned[2] / 2
  for i = 1, #scanned[2], 2 do
    if not seen[scanned[2][i]] then count(day, { scanned[2][i], scanned[2][i + 1] }) end
    seen[scanned[2][i]] = true
  end
  if cursor == '0' then day = day + 1 end
end
answer[1], answer[2] = day <= act.last and { day, cursor }, floor(read / PORTION * 100)
return cmsgpack.pack(answer)
