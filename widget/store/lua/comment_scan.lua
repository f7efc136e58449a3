--[[ Looks through comments of one partition, the newest first, and answers those that fit. Reads only.

KEYS[1] stem: cs, cq, c:<id> and p:<article> are computed from it and share its hash tag
        (comment_lib.lua names them)

ARGV[1] cs for every comment, cq for those that wait    ARGV[5] state, a letter, or '' for any
ARGV[2] look at those before this id, '' at the newest  ARGV[6] label, or '' for any
ARGV[3] how many to look at at most                     ARGV[7] article, or '' for any
ARGV[4] enough: stop after so many that fit             ARGV[8] 1 to answer their words as well

Returns msgpack: the last id looked at where there are more behind it, else ''; what fits, each
{id} or {id, name, text, article}; with words also the pages of the articles: article, page, ..
]]
local call, stem = redis.call, KEYS[1]
local list, before, most, enough = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local state, label, article, with_words = ARGV[5], ARGV[6], ARGV[7], ARGV[8] == '1'

-- An article's comments lie with its page; elsewhere there is nothing to look at.
if article ~= '' and call('EXISTS', stem .. 'p:' .. article) == 0 then
  return cmsgpack.pack({ '', {}, {} })
end

local newest = before == '' and '+' or '(' .. before
local ids = call('ZREVRANGEBYLEX', stem .. list, newest, '-', 'LIMIT', 0, most + 1)
local found, pages, known = {}, {}, {}
local looked = math.min(#ids, most)
for at = 1, looked do
  local id = ids[at]
  local of = call('HMGET', stem .. 'c:' .. id, 's', 'l', 'k', 'a', 'n', 't')
  if
    (state == '' or of[1] == state)
    and (label == '' or (of[3] or of[2]) == label)
    and (article == '' or of[4] == article)
  then
    found[#found + 1] = with_words and { id, of[5] or '', of[6] or '', of[4] } or { id }
    if with_words and of[4] and not known[of[4]] then
      known[of[4]] = true
      pages[#pages + 1] = of[4]
      pages[#pages + 1] = call('GET', stem .. 'p:' .. of[4]) or ''
    end
    if #found == enough then
      looked = at
      break
    end
  end
end
return cmsgpack.pack({ looked < #ids and ids[looked] or '', found, pages })
