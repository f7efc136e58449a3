--[[ How a story is named, and under which section its votes are filed. Behind base.lua and ledger.lua.

KEYS as ledger.lua. Computed from KEYS[2], with the same hash tag, beside the keys of ledger.lua:
  p:<id>  string  the page as JSON: what readers' pages say, and as edits what an editor says instead; no TTL

Of the article, this file writes c, the section, and d, how the name is settled:
  ?          provisional: what one network's page said last. Its section decides nothing for other readers.
  .          provisional, but an editor set the section
  !<digest>  several networks agreed on this, and another page has said something else lately
  <digest>   several networks agreed on this, and no other page has said anything else lately
An article of an earlier version has none; its name counts as agreed.

Keeps: the votes of an article are filed under its present section, all of them.
]]

-- Return the page, nil if there is none.
local function stored_page()
  local raw = call('GET', stem .. 'p:' .. id)
  return raw and cjson.decode(raw)
end

-- Return the section that the page is filed under, or nil.
local function section_of(page) return page.edits and page.edits.section or page.section end

-- Move all votes of the article to another section, nil for none.
local function refile(to)
  if to == (section or nil) then return end
  local filed = is_question and {} or call('HGETALL', stem .. 't:' .. id)
  local was_past = false
  for i = 1, #filed, 2 do
    local at, votes = tonumber(filed[i]), tonumber(filed[i + 1])
    local day = floor((first + floor(at / 16)) / 24)
    local sections = stem .. 'sec:' .. format('%d', day)
    if section then add(sections, CHOICES[at % 16] .. ':' .. section, -votes) end
    if to then add(sections, CHOICES[at % 16] .. ':' .. to, votes) end
    was_past = was_past or day < floor(now / 86400)
  end
  if was_past then call('INCR', stem .. 'past') end
  section = to
  if to then
    call('HSET', article, 'c', to)
  else
    call('HDEL', article, 'c')
  end
end

-- Store the page, and file its votes. d: how the name is settled, without regard to the editor.
local function store_page(page, d)
  call('SET', stem .. 'p:' .. id, cjson.encode(page))
  refile(section_of(page))
  if d == '?' or d == '.' then d = page.edits and page.edits.section and '.' or '?' end
  if d then call('HSET', article, 'd', d) end
end
