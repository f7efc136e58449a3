--[[ The articles of one partition that had votes in some days, with their mix of those days. Reads only.
Behind act.lua.

KEYS[1] stem: top:<day>:<choice> are computed from it and share its hash tag (ledger.lua names them)

act.first, act.last  days since the epoch    act.choices  number of choices
act.least   votes an article needs
act.always  number of the most voted articles that are returned even with fewer

Returns msgpack: number of articles with votes, number of articles with the least, then for each one returned,
the most voted first: id, votes of choice 1 .. n.
]]
local stem = KEYS[1]
local first, last, choices = act.first, act.last, act.choices

-- Return articles and their votes of a choice, the fewest first.
local function ranked(choice)
  local names = {}
  if last < first then return {} end
  for day = first, last do
    names[#names + 1] = stem .. 'top:' .. day .. ':' .. choice
  end
  names[#names + 1] = 'WITHSCORES'
  return call('ZUNION', #names - 1, unpack(names))
end

local all = ranked(0)
local answer, at, reached = { #all / 2, 0 }, {}, 0
for i = #all - 1, 1, -2 do
  local enough = tonumber(all[i + 1]) >= act.least
  if enough then reached = reached + 1 end
  if not enough and (#all + 1 - i) / 2 > act.always then break end
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
