--[[ One partition's votes of each section in some days. Reads only. Behind act.lua.

KEYS[1] stem: sec:<day> are computed from it and share its hash tag (ledger.lua names them)

act.first, act.last  days since the epoch

Returns msgpack: field, votes, field, votes, ..; a field is <choice>:<section> as ledger.lua writes it.
]]
local stem = KEYS[1]
local votes, names = {}, {}
for day = act.first, act.last do
  local fields = call('HGETALL', stem .. 'sec:' .. day)
  for i = 1, #fields, 2 do
    local field = fields[i]
    if not votes[field] then
      votes[field] = 0
      names[#names + 1] = field
    end
    votes[field] = votes[field] + tonumber(fields[i + 1])
  end
end
local answer = {}
for i = 1, #names do
  answer[2 * i - 1] = names[i]
  answer[2 * i] = votes[names[i]]
end
return cmsgpack.pack(answer)
