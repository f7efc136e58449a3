--[[ Report another reader's comment: it enters the queue, and reports of several networks hold it.
Behind comment.lua and statement.lua.

KEYS as statement.lua.

act.id    the comment's id     act.own_mark  the mark that the reader would have as its author
act.mark  the reader's mark    act.most      networks whose reports hold it, 0: no number
act.now   s since the epoch    act.network   the reader's network on this comment: its mark under today's salt and
                                             its mark under yesterday's, '' for a network of the reader's own
act.kind  the kind of reason    act.note  the reader's line to the editors, '' for none
act.counts  whether the report of a network counts toward holding or returning it: "yes", "no", or "ask" first

Returns 0 reported (a repeat too), 1 no such published comment, 2 their own, 3 the report would be the first of
its network, or bring an approved comment back (nothing written: call again with "yes" or "no"). A comment that an
editor has approved is never held again. It comes back to the queue once for each kind of reason that the editor did
not know of.
]]
local MOST_LINES = 5

-- Return the kind of reason that most reports have; of several, the first by name.
local function most_frequent(kinds)
  local most
  for kind, number in pairs(kinds) do
    if not most or number > kinds[most] or (number == kinds[most] and kind < most) then
      most = kind
    end
  end
  return most
end

-- Return the reasons to hold the comment, with this one among them once.
local function why_reported(why)
  if not why then return 'reported' end
  return (',' .. why .. ','):find(',reported,', 1, true) and why or why .. ',reported'
end

local comment = read(key)
if comment.s ~= 'p' then return 1 end
if comment.m == bytes(act.own_mark) then return 2 end
local reports = stem .. 'cf:' .. id
local mark = bytes(act.mark)
if call('SISMEMBER', reports, mark) == 1 then return 0 end

local today, before = reporting_networks(act.now)
local network = act.network ~= '' and bytes(act.network) or mark .. mark
local is_first = act.most > 0
  and not comment.ok
  and call('SISMEMBER', today, network:sub(1, 8)) == 0
  and call('SISMEMBER', before, network:sub(9, 16)) == 0
local pending = kinds_of(comment.pk)
local brings_back = comment.ok and not kinds_of(comment.dk)[act.kind] and not pending[act.kind]
if (is_first or brings_back) and act.counts == 'ask' then return 3 end

local function keep(name) call('EXPIRE', name, 30 * 86400) end
call('SADD', reports, mark)
keep(reports)
if act.note ~= '' then
  local lines = stem .. 'cl:' .. id
  call('LPUSH', lines, act.kind .. ' ' .. act.note)
  call('LTRIM', lines, 0, MOST_LINES - 1)
  keep(lines)
end

local kinds = kinds_of(comment.rk)
kinds[act.kind] = (kinds[act.kind] or 0) + 1
local old = copy(comment)
local fields = { rp = tonumber(comment.rp or 0) + 1, rk = text_of_kinds(kinds, true) }
if brings_back and act.counts == 'yes' then
  pending[act.kind] = 1
  fields.pk = text_of_kinds(pending)
end
if is_first and act.counts == 'yes' then
  call('SADD', today, network:sub(1, 8))
  call('EXPIRE', today, (floor(act.now / 86400) + 2) * 86400 - act.now)
  if call('SCARD', today) + call('SCARD', before) >= act.most then
    fields.s, fields.w = 'h', why_reported(comment.w)
  end
end
change(comment, fields)
if fields.s then
  add_statement(comment, { at = act.now, act = 'hold', reason = most_frequent(kinds) })
end
settle(old, comment)
return 0
