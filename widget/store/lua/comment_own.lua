--[[ A reader changes or deletes their own comment. All of it happens, or none.

KEYS as comment_lib.lua.

ARGV[1]  id           ARGV[3]  now, s
ARGV[2]  mark         ARGV[4]  seconds after its creation in which that is allowed
ARGV[5]  'edit' or 'delete'
then, to edit: ARGV[6] reasons to hold it, '' for none; and field, value, .. ('' drops the field)

Returns 0 done, 1 no such comment, 2 another reader's, 3 too late. A held comment stays held
however it is edited: an editor decides.
]]
local id, mark, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local comment = read(key)
if not comment.a or comment.s == 'd' then return 1 end
if comment.m ~= mark then return 2 end
if now >= tonumber(comment.at) + tonumber(ARGV[4]) then return 3 end

local old = copy(comment)
if ARGV[5] == 'delete' then
  remove(comment)
  change(comment, { u = false, rp = false })
  call('DEL', stem .. 'cu:' .. id, stem .. 'cf:' .. id)
else
  if comment.s == 'x' then return 3 end
  local fields = { e = now, k = false, ok = false }
  for i = 7, #ARGV, 2 do
    local value = ARGV[i + 1]
    fields[ARGV[i]] = value ~= '' and value
  end
  if ARGV[6] ~= '' then
    fields.s = 'h'
    fields.w = old.s == 'h' and old.w or ARGV[6]
  end
  change(comment, fields)
end
settle(id, old, comment)
return 0
