--[[ One partition's votes of each section in some days. Reads only.

KEYS[1] stem: sec:<day> are computed from it and share its hash tag (cast.lua names them)

ARGV[1] first day since the epoch   ARGV[2] last day

Returns msgpack: field, votes, field, votes, ..; a field is <choice>:<section> as cast.lua writes it.
]]
local call, stem = redis.call, KEYS[1]
local votes, names = {}, {}
for day = tonumber(ARGV[1]), tonumber(ARGV[2]) do
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
