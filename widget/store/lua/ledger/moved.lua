--[[ The stories of one partition whose numbers differ from the ledger's last line about them: a portion. Reads only.
Behind act.lua.

KEYS[1] stem: all, polls, a:<id> (reactions/cast.lua names them), led and lede (mark.lua, entries.lua) are computed
        from it and share its hash tag

act.list     all or polls                        act.choices  number of choices: none is above it
act.hour     only stories without a line of this hour, or of a later one, are returned
act.from     optional: where the portion before ended

Returns msgpack: where this portion ends, false at the last story; how much of a portion was read, per cent; then
article, state, article, state, ..; in place of an article "" and the number of stories read that have a line.
A state is as mark.lua has it. A story that never had a vote, nor an entry in the audit log, has not moved.
]]
local PORTION = 50 -- stories
local NOTHING = ';;;;0'
local stem = KEYS[1]
local rank = act.from or 0

local names = { 'q' }
for _, prefix in ipairs({ '', 'h', 'a' }) do
  for choice = 1, act.choices do
    names[#names + 1] = prefix .. format('%d', choice)
  end
end

-- Return the votes that begin at a place of an article's fields: "1=12,3=4".
local function votes(fields, at)
  local parts = {}
  for choice = 1, act.choices do
    local number = fields[at + choice]
    if number and number ~= '0' then parts[#parts + 1] = format('%d=%s', choice, number) end
  end
  return table.concat(parts, ',')
end

local ids = call('ZRANGE', stem .. act.list, rank, rank + PORTION - 1)
local answer, known = { false, floor(#ids / PORTION * 100) }, 0
if #ids > 0 then
  local marks = call('HMGET', stem .. 'led', unpack(ids))
  local entries = call('HMGET', stem .. 'lede', unpack(ids))
  for i, id in ipairs(ids) do
    local hour, last = nil, nil
    if marks[i] then
      known = known + 1
      hour, last = marks[i]:match('^(%d+) (.*)$')
    end
    if not hour or tonumber(hour) < act.hour then
      local of = call('HMGET', stem .. 'a:' .. id, unpack(names))
      local state = table.concat({
        of[1] or '',
        votes(of, 1),
        votes(of, 1 + act.choices),
        votes(of, 1 + 2 * act.choices),
        entries[i] or '0',
      }, ';')
      local is_new = not last and (of[1] and state:sub(#of[1] + 1) or state) ~= NOTHING
      if last and state ~= last or is_new then
        answer[#answer + 1] = id
        answer[#answer + 1] = state
      end
    end
  end
  answer[#answer + 1] = ''
  answer[#answer + 1] = known
  if #ids == PORTION then answer[1] = rank + PORTION end
end
return cmsgpack.pack(answer)
