--[[ Report another reader's comment: it enters the queue, and reports of several networks hold it.
Behind comment.lua.

KEYS as comment.lua.

act.id    the comment's id     act.own_mark  the mark that the reader would have as its author
act.mark  the reader's mark    act.most      networks whose reports hold it, 0: no number
act.now   s since the epoch    act.network   the reader's network on this comment: its mark under today's salt and
                                             its mark under yesterday's, '' for a network of the reader's own
act.counts  whether the report of a network counts toward holding: "yes", "no", or "ask" first

Returns 0 reported (a repeat too), 1 no such published comment, 2 their own, 3 the report would be the first of
its network (nothing written: call again with "yes" or "no"). A comment that an editor has approved is neither
queued nor held again.
]]
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
if is_first and act.counts == 'ask' then return 3 end

call('SADD', reports, mark)
call('EXPIRE', reports, 30 * 86400)

local old, fields = copy(comment), { rp = tonumber(comment.rp or 0) + 1 }
if is_first and act.counts == 'yes' then
  call('SADD', today, network:sub(1, 8))
  call('EXPIRE', today, (floor(act.now / 86400) + 2) * 86400 - act.now)
  if call('SCARD', today) + call('SCARD', before) >= act.most then
    fields.s, fields.w = 'h', why_reported(comment.w)
  end
end
change(comment, fields)
settle(old, comment)
return 0
