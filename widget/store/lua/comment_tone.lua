--[[ Store another score beside a comment, unless its text has changed since it was read.

KEYS as comment_lib.lua.

ARGV[1]  id    ARGV[2]  SHA-1 of the text that was scored, hexadecimal
then field, value, .. ('' drops the field)

Returns 1 stored, 0 not.
]]
local comment = read(key)
if not comment.t or redis.sha1hex(comment.t) ~= ARGV[2] then return 0 end
local old, fields = copy(comment), {}
for i = 3, #ARGV, 2 do
  fields[ARGV[i]] = ARGV[i + 1] ~= '' and ARGV[i + 1]
end
change(comment, fields)
settle(ARGV[1], old, comment)
return 1
