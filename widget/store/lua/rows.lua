--[[ The articles of one partition that had votes in some days, with their mix of those days. Reads only.

KEYS[1] stem: top:<day>:<choice> are computed from it and share its hash tag (cast.lua names them)

ARGV[1] first day since the epoch     ARGV[2] last day     ARGV[3] how many choices
ARGV[4] least votes an article needs  ARGV[5] how many of the most voted are answered all the same

Returns msgpack: how many articles had votes, how many had the least, then for each one answered,
the most voted first: id, votes of choice 1 .. n.
]]
local call, stem = redis.call, KEYS[1]
local first, last, choices = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local least, always = tonumber(ARGV[4]), tonumber(ARGV[5])

local function ranked(choice)
  local names = {}
  if last < first then return {} end
  for day = first, last do
    names[#names + 1] = stem .. 'top:' .. day .. ':' .. choice
  end
  names[#names + 1] = 'WITHSCORES'
  return call('ZUNION', #names - 1, unpack(names)) -- the fewest votes first
end

local all = ranked(0)
local answer, at, reached = { #all / 2, 0 }, {}, 0
for i = #all - 1, 1, -2 do
  local enough = tonumber(all[i + 1]) >= least
  if enough then reached = reached + 1 end
  if not enough and (#all + 1 - i) / 2 > always then break end
  answer[#answer + 1] = all[i]
  at[all[i]] = #answer
  for _ = 1, choices do
    answer[#answer + 1] = 0
  end
end
answer[2] = reached
if #answer > 2 then
  for choice = 1, choices do
    local of_choice = ranked(choice)
    for i = 1, #of_choice, 2 do
      local row = at[of_choice[i]]
      if row then answer[row + choice] = tonumber(of_choice[i + 1]) end
    end
  end
end
return cmsgpack.pack(answer)
