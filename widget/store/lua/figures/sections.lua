--[[ One partition's votes of each section in some days: a portion. Reads only. Behind act.lua.

KEYS[1] stem: sec:<day> are computed from it and share its hash tag (ledger.lua names them)

act.first, act.last  days since the epoch    act.from  optional: where the portion before ended

Returns msgpack: where this portion ends, false at the end of the last day; then for each field: the portion's first
day, field, votes; a field is <choice>:<section> as ledger.lua writes it. The votes of a field are the sum over
different first days. A day of more than one portion is scanned, which may return a field twice.
]]
local PORTION = 1000 -- fields
local stem = KEYS[1]
local day, cursor = act.first, '0'
if act.from then
  day, cursor = act.from[1], act.from[2]
end
local first = day

local function name(of_day) return stem .. 'sec:' .. format('%d', of_day) end

local votes, names, read = {}, {}, 0
local function count(fields)
  for i = 1, #fields, 2 do
    local field = fields[i]
    if not votes[field] then
      votes[field] = 0
      names[#names + 1] = field
    end
    votes[field] = votes[field] + tonumber(fields[i + 1])
  end
end

while day <= act.last and cursor == '0' do
  local more = call('HLEN', name(day))
  if read > 0 and read + more > PORTION or more > PORTION then break end
  count(call('HGETALL', name(day)))
  day, read = day + 1, read + more
end
if read == 0 and day <= act.last then -- empty days, or a day of more than one portion
  first = day
  local answer = call('HSCAN', name(day), cursor, 'COUNT', PORTION)
  cursor = answer[1]
  local seen = {}
  for i = 1, #answer[2], 2 do
    if not seen[answer[2][i]] then count({ answer[2][i], answer[2][i + 1] }) end
    seen[answer[2][i]] = true
  end
  if cursor == '0' then day = day + 1 end
end

local answer = { day <= act.last and { day, cursor } }
for _, field in ipairs(names) do
  local at = #answer
  answer[at + 1], answer[at + 2], answer[at + 3] = first, field, votes[field]
end
return cmsgpack.pack(answer)
