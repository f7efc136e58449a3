--[[ Record what one network's page says about a story, and rename the story if enough networks agree.
Behind act.lua, ledger.lua, catch_up.lua and naming.lua.

KEYS[1]  hash  the article, as cast.lua has it
KEYS[2]  stem  as ledger.lua has it. Computed from it, with the same hash tag, beside the keys of naming.lua:
           said:<id>  string  the latest claims as JSON: {by: [[mark, day, digest], ..], oldest first,
                              pages: digest -> page}; to the end of the next day
           new        zset    a story whose name is settled is removed from it

act.id       the article's id     act.now     s since the epoch
act.page     what the page says: title, section, author, tags, url; without those that are empty
act.digest   names it, 11 characters
act.mark, act.mark_before  the network under today's salt and yesterday's, in hexadecimal
act.is_own   true: the file of our own story, which needs nobody's agreement

Returns 1 if the story's page was written, else 0.

Keeps: each of the latest networks has one claim, its last. A provisional name is the latest claim; two networks
that are more than a half of the latest ones settle it. A settled name changes when most of the latest MOST_CLAIMS
networks say the same other thing.
]]
local MOST_CLAIMS = 7
local MAJORITY = 4
local PAGE_FIELDS = { 'title', 'section', 'author', 'tags', 'url' }
id, now = act.id, act.now

local about = call('HMGET', article, 'f', 'c', 'd', 's', 'q', 'cf', 'u')
first, section, is_question = tonumber(about[1]), about[2] or nil, about[5] ~= false
local settled = about[3]
if about[7] then catch_up(about[7]) end
local page = stored_page()
if about[4] == 'm' or not page or not (first or about[6]) then return 0 end

local function name_as(said, digest)
  for _, field in ipairs(PAGE_FIELDS) do
    page[field] = said[field]
  end
  store_page(page, digest)
  if digest ~= '?' and digest ~= '.' then call('ZREM', stem .. 'new', id) end
  return 1
end
if act.is_own then return name_as(act.page, act.digest) end

-- Add this claim to those of the latest networks. A network from before yesterday can no longer be told apart
-- from the same one today, so its claim is dropped.
local key, day = stem .. 'said:' .. id, floor(now / 86400)
local raw = call('GET', key)
local said = raw and cjson.decode(raw) or { by = {}, pages = {} }
local by = {}
for _, claim in ipairs(said.by) do
  local is_same = claim[1] == act.mark or claim[1] == act.mark_before
  if claim[2] >= day - 1 and not is_same then by[#by + 1] = claim end
end
by[#by + 1] = { act.mark, day, act.digest }
if #by > MOST_CLAIMS then table.remove(by, 1) end
said.pages[act.digest] = act.page
local pages, votes = {}, 0
for _, claim in ipairs(by) do
  pages[claim[3]] = said.pages[claim[3]]
  if claim[3] == act.digest then votes = votes + 1 end
end
call('SET', key, cjson.encode({ by = by, pages = pages }), 'EX', (day + 2) * 86400 - now)

-- Return a settled name with a sign if one of the latest networks says something else.
local function watched(digest)
  for _, claim in ipairs(by) do
    if claim[3] ~= digest then return '!' .. digest end
  end
  return digest
end

if settled == '?' or settled == '.' then
  local is_agreed = votes >= 2 and votes * 2 > #by
  return name_as(act.page, is_agreed and watched(act.digest) or settled)
end
local known = (settled or ''):gsub('^!', '')
if act.digest ~= known and votes >= MAJORITY then return name_as(act.page, watched(act.digest)) end
call('HSET', article, 'd', watched(known))
return 0
