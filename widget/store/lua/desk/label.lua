--[[ Store an editor's label of a comment, or take it back. Behind act.lua.

KEYS[1]  hash    a comment's id -> its labels as JSON, editor -> { answer, draw, at, text_id, number }, or
                 { number } for one that was taken back; # -> the latest number; no TTL

act.comment   act.editor
act.kind      'put'  act.answer  act.draw  act.at  act.text_id
                     act.shown   the latest number when the editor was shown the comment, -1 for any
              'back' act.draw    only if the label has this draw, '' for any

Returns for 'put' 1 stored, 0 the same is stored already, 2 it is a correction and the editor has labelled the
comment without seeing the scorer's label, 3 the comment was shown before its label was taken back. For 'back' the
label that was taken back as JSON, or false. Only 1 and a label have written anything.

Keeps: one label of an editor on a comment. A repeated act changes nothing, and one that comes late, after its label
was taken back, does not bring it back.
]]
local hash = KEYS[1]
local labels = cjson.decode(call('HGET', hash, act.comment) or '{}')
local own = labels[act.editor] or {}
local answer, draw = own[1], own[2]
local is_label = draw ~= nil

if act.kind == 'back' then
  if not is_label or (act.draw ~= '' and draw ~= act.draw) then return false end
  labels[act.editor] = { tonumber(call('HGET', hash, '#')) }
  call('HSET', hash, act.comment, cjson.encode(labels))
  return cjson.encode(own)
end

if is_label then
  if answer == act.answer and draw == act.draw and own[4] == act.text_id then return 0 end
  if act.draw == 'correction' and draw ~= 'correction' then return 2 end
elseif act.shown >= 0 and act.shown < (own[1] or 0) then
  return 3
end
local number = call('HINCRBY', hash, '#', 1)
labels[act.editor] = { act.answer, act.draw, act.at, act.text_id, number }
call('HSET', hash, act.comment, cjson.encode(labels))
return 1
