-- Lua 5.1, as the store and wrk run it.
std = 'lua51'
cache = false
max_line_length = 120 -- of a contract; StyLua wraps code at 100

-- The names that a file declares at its top level.
local function names_of(path)
  local names = {}
  for line in io.lines(path) do
    local list = line:match('^local function ([%w_]+)') or line:match('^local ([%w_, ]+)') or ''
    for name in list:gmatch('[%w_]+') do
      names[#names + 1] = name
    end
  end
  return names
end

stds.store = { read_globals = { 'redis', 'cjson', 'cmsgpack', 'struct', 'KEYS', 'ARGV' } }
files['widget/store/lua/'] = { std = 'lua51+store' }

-- widget/store/scripts.py puts shared files ahead of a script, as one text: the script sees their names.
local function names_in(shared)
  local names = {}
  for _, name in ipairs(shared) do
    for _, found in ipairs(names_of('widget/store/lua/shared/' .. name .. '.lua')) do
      names[#names + 1] = found
    end
  end
  return names
end

local behind = {
  ['shared/base'] = {},
  ['shared/act'] = { 'base' },
  ['shared/allowance'] = { 'base' },
  ['shared/admission'] = { 'base', 'allowance' },
  ['shared/networks'] = { 'base', 'allowance' },
  ['shared/marks'] = { 'base' },
  ['shared/ledger'] = { 'base' },
  ['shared/catch_up'] = { 'base', 'ledger' },
  ['shared/up_to_date'] = { 'base', 'act' },
  ['shared/day_mixes'] = { 'base', 'act' },
  ['shared/evidence'] = { 'base', 'marks', 'ledger' },
  ['shared/article'] = { 'base', 'act', 'marks', 'ledger', 'catch_up', 'evidence' },
  ['shared/flags'] = { 'base', 'act', 'marks', 'ledger', 'article' },
  ['shared/removal'] = { 'base', 'act', 'marks', 'ledger', 'article', 'flags' },
  ['shared/naming'] = { 'base', 'ledger' },
  ['shared/comment'] = { 'base', 'act' },
  ['shared/statement'] = { 'base', 'act', 'comment' },
  ['figures/*'] = { 'base', 'act' },
  ['figures/day'] = { 'base', 'act', 'day_mixes' },
  ['figures/ranked'] = { 'base', 'act', 'day_mixes' },
  ['figures/mixes'] = { 'base', 'act', 'day_mixes' },
  ['figures/catch_up'] = { 'base', 'act', 'ledger', 'catch_up' },
  ['desk/*'] = { 'base', 'act' },
  ['ledger/*'] = { 'base', 'act' },
  ['comments/*'] = { 'base', 'act', 'allowance', 'networks', 'comment', 'statement' },
  ['reactions/cast'] = { 'base', 'allowance', 'networks', 'marks', 'ledger', 'catch_up', 'evidence' },
  ['reactions/enter'] = { 'base', 'allowance', 'admission' },
  ['reactions/a*'] = { 'base', 'act', 'allowance', 'admission' },
  ['reactions/article_*'] = { 'base', 'act', 'marks', 'ledger', 'article', 'flags' },
  ['reactions/flag'] = { 'base', 'act', 'marks', 'ledger', 'article', 'flags' },
  ['reactions/article_name'] = { 'base', 'act', 'marks', 'ledger', 'article', 'naming' },
  ['reactions/article_drop'] = { 'base', 'act', 'marks', 'ledger', 'article', 'removal' },
  ['reactions/article_forget'] = { 'base', 'act', 'marks', 'ledger', 'article', 'removal' },
  ['reactions/name'] = { 'base', 'act', 'ledger', 'catch_up', 'naming' },
  ['reactions/move_*'] = { 'base', 'act', 'marks', 'ledger', 'article', 'flags' },
}
for name, shared in pairs(behind) do
  local path = 'widget/store/lua/' .. name .. '.lua'
  files[path] = { globals = names_in(shared) }
  if name:match('^shared/') then
    -- Its own names are for the scripts behind it.
    local used_elsewhere = {}
    for _, own in ipairs(names_of(path)) do
      used_elsewhere[#used_elsewhere + 1] = '2../' .. own
    end
    files[path].ignore = used_elsewhere
  end
end

-- wrk calls these by name, and hands its own table in.
files['bench/'] = { globals = { 'wrk', 'init', 'request', 'done', 'address' } }
