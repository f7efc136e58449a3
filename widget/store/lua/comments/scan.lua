--[[ Search comments of one partition, the newest first. Reads only. Behind act.lua.

KEYS[1] stem: cs, cq, c:<id> and p:<article> are computed from it and share its hash tag
        (comment.lua names them)

act.list     cs for every comment, cq for those that wait for an editor
act.before   search those before this id, '' from the newest
act.most     number of comments to search at most
act.enough   stop after so many matches
act.state    a letter, or '' for any     act.label  '' for any     act.article  '' for any
act.with_words  return name and text as well

Returns msgpack: the id of the last comment searched if older ones remain, else ''; the matches, each
{id} or {id, name, text, article}; with words also the pages of the articles: article, page, ..
]]
local stem = KEYS[1]
local most, state, label, article = act.most, act.state, act.label, act.article

-- An article's comments are in the partition of its page.
if article ~= '' and call('EXISTS', stem .. 'p:' .. article) == 0 then
  return cmsgpack.pack({ '', {}, {} })
end

local newest = act.before == '' and '+' or '(' .. act.before
local ids = call('ZREVRANGEBYLEX', stem .. act.list, newest, '-', 'LIMIT', 0, most + 1)
local found, pages, known = {}, {}, {}
local searched = math.min(#ids, most)
for at = 1, searched do
  local id = ids[at]
  local of = call('HMGET', stem .. 'c:' .. id, 's', 'l', 'k', 'a', 'n', 't')
  if
    (state == '' or of[1] == state)
    and (label == '' or (of[3] or of[2]) == label)
    and (article == '' or of[4] == article)
  then
    found[#found + 1] = act.with_words and { id, of[5] or '', of[6] or '', of[4] } or { id }
    if act.with_words and of[4] and not known[of[4]] then
      known[of[4]] = true
      pages[#pages + 1] = of[4]
      pages[#pages + 1] = call('GET', stem .. 'p:' .. of[4]) or ''
    end
    if #found == act.enough then
      searched = at
      break
    end
  end
end
return cmsgpack.pack({ searched < #ids and ids[searched] or '', found, pages })
