--[[ What follows votes later: the site's hours and days, its sections and its rankings. Behind base.lua and ledger.lua,
whose KEYS it shares.

A vote is filed in its article's timeline at once, and elsewhere before anything reads or corrects it: many votes for
one article are then one change.

Computed from KEYS[2], with the same hash tag:
  behind  set  articles whose votes are not everywhere yet; no TTL
Of the article, this file and cast.lua write u, what is behind: "<field of the timeline>:<votes>", a blank before and
after each. So many of that field's votes are everywhere. An article that is not behind has none.

Keeps: after a catch-up, everything is the sum of the timelines.
]]

-- File everywhere what the timeline has more, or less, than u says.
local function catch_up(u)
  local fields, were_filed = {}, {} -- and of each field, the votes that are everywhere
  for at, filed in u:gmatch('(%d+):(%d+)') do
    fields[#fields + 1], were_filed[#were_filed + 1] = at, tonumber(filed)
  end
  local of_day, of_hour = {}, {}
  for i, votes in ipairs(call('HMGET', stem .. 't:' .. id, unpack(fields))) do
    local hour, choice = first + floor(fields[i] / 16), fields[i] % 16
    local day, by = floor(hour / 24), (tonumber(votes or nil) or 0) - were_filed[i]
    if by ~= 0 then
      file_totals(choice, hour, by)
      of_day[day] = of_day[day] or {}
      of_day[day][choice] = (of_day[day][choice] or 0) + by
      of_hour[hour] = (of_hour[hour] or 0) + by
    end
  end
  for day, of_choice in pairs(of_day) do
    local by = 0
    for _, votes in pairs(of_choice) do
      by = by + votes
    end
    file_in_day(day, of_choice, TOP_TTL_S)
    if by ~= 0 then rank(stem .. 'top:' .. day .. ':0', by, TOP_TTL_S) end
  end
  for hour, by in pairs(of_hour) do
    if by ~= 0 then rank(stem .. 'hot:' .. hour, by, HOT_TTL_S) end
  end
  call('SREM', stem .. 'behind', id)
  call('HDEL', article, 'u')
end
