--[[ Search comments of one partition, the newest or the oldest first. Reads only. Behind act.lua.

KEYS[1] stem: cs, cq, c:<id> and p:<article> are computed from it and share its hash tag
        (comment.lua names them)

act.list     cs for every comment, cq for those that wait for an editor
act.is_oldest_first  the direction
act.past     search those that come after this id in that direction, '' from the first
act.most     number of comments to search at most
act.enough   stop after so many matches
act.states   letters, or '' for any      act.label  '' for any     act.article  '' for any
act.reason   why it waits, '' for any: see reasons_of
act.with_words    return name and text as well
act.with_reasons  return why each waits as well

Returns msgpack: the id of the last comment searched if others remain, else ''; the matches, each
{id}, {id, name, text, article} or {id, reasons, article}; with words also the pages of the articles: article, page, ..
]]
local stem = KEYS[1]
local most, states, label, article = act.most, act.states, act.label, act.article

-- An article's comments are in the partition of its page.
if article ~= '' and call('EXISTS', stem .. 'p:' .. article) == 0 then
  return cmsgpack.pack({ '', {}, {} })
end

-- Return the reasons for which a comment waits, with a comma before and after each.
local function reasons_of(state, why, reports, approved, returned, appealed)
  local reasons = why and state == 'h' and ',' .. why .. ',' or ','
  local function add(reason, applies)
    if applies and not reasons:find(',' .. reason .. ',', 1, true) then
      reasons = reasons .. reason .. ','
    end
  end
  add('reported', returned or (not approved and tonumber(reports or 0) > 0))
  add('second_look', state == 'x' and appealed)
  add('by_editor', state == 'h' and reasons == ',')
  return reasons
end

local ids
if act.is_oldest_first then
  local first = act.past == '' and '-' or '(' .. act.past
  ids = call('ZRANGEBYLEX', stem .. act.list, first, '+', 'LIMIT', 0, most + 1)
else
  local first = act.past == '' and '+' or '(' .. act.past
  ids = call('ZREVRANGEBYLEX', stem .. act.list, first, '-', 'LIMIT', 0, most + 1)
end
local with_reasons = act.with_reasons or act.reason ~= ''
local found, pages, known = {}, {}, {}
local searched = math.min(#ids, most)
for at = 1, searched do
  local id = ids[at]
  local of = call('HMGET', stem .. 'c:' .. id, 's', 'l', 'k', 'a', 'n', 't')
  local reasons = ''
  if with_reasons then
    local why = call('HMGET', stem .. 'c:' .. id, 'w', 'rp', 'ok', 'pk', 'lk')
    reasons = reasons_of(of[1], unpack(why))
  end
  if
    (states == '' or (of[1] and states:find(of[1], 1, true)))
    and (label == '' or (of[3] or of[2]) == label)
    and (article == '' or of[4] == article)
    and (act.reason == '' or reasons:find(',' .. act.reason .. ',', 1, true))
  then
    local match = { id }
    if act.with_words then
      match = { id, of[5] or '', of[6] or '', of[4] }
    elseif act.with_reasons then
      match = { id, reasons, of[4] }
    end
    found[#found + 1] = match
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
