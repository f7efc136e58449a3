--[[ Store a new score beside a comment, unless its text has changed since it was read. Behind comment.lua.

KEYS as comment.lua.

act.id    the comment's id
act.sha1  of the text that was scored, in hexadecimal
act.fields  the score's fields, '' drops one

Returns 1 stored, 0 not.
]]
local comment = read(key)
if not comment.t or redis.sha1hex(comment.t) ~= act.sha1 then return 0 end
local old = copy(comment)
change(comment, fields_of(act.fields))
settle(old, comment)
return 1
