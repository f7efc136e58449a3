--[[ Edit or delete a reader's own comment. All of it happens, or none. Behind comment.lua.

KEYS as comment.lua. Computed beside those, with the same hash tag:
  cx:<id>:gone  string  the mark of the reader who deleted the comment, so that a retry is one too; 10 min

act.id    the comment's id                    act.now       s since the epoch
act.mark  the reader's mark                   act.window_s  seconds after its creation in which they may
act.kind  "edit" or "delete"
act.why   of edit: reasons to hold it, '' for none
act.fields  of edit: the fields to set, '' drops one

Returns 0 done, 1 no such comment, 2 another reader's, 3 too late. A held comment stays held
after an edit: an editor decides. A new text must be reported anew to be held; if the old one was reported, it
stays in the queue.
]]
local DELETED_S = 600
local comment = read(key)
local gone = stem .. 'cx:' .. id .. ':gone'
if not comment.a then return 1 end
if comment.s == 'd' then
  local is_again = act.kind == 'delete' and call('GET', gone) == bytes(act.mark)
  return is_again and 0 or 1
end
if comment.m ~= bytes(act.mark) then return 2 end
if act.now >= tonumber(comment.at) + act.window_s then return 3 end

local old = copy(comment)
if act.kind == 'delete' then
  call('SET', gone, comment.m, 'EX', DELETED_S)
  remove(comment)
  change(comment, { u = false, ub = false, rp = false, rk = false, dk = false })
  call('DEL', stem .. 'cu:' .. id)
  count_reports_anew(act.now)
else
  if comment.s == 'x' then return 3 end
  local fields = fields_of(act.fields)
  fields.e, fields.k, fields.ok, fields.dk, fields.pk = act.now, false, false, false, false
  if act.why ~= '' then
    fields.s = 'h'
    fields.w = old.s == 'h' and old.w or act.why
  end
  change(comment, fields)
  if comment.t ~= old.t then count_reports_anew(act.now) end
end
settle(old, comment)
return 0
