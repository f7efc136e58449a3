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

-- A file of these names runs behind the one that they share (widget/store/scripts.py joins the texts).
for _, name in ipairs({ 'article', 'comment', 'move' }) do
  local shared = 'widget/store/lua/' .. (name == 'comment' and 'comment' or 'article') .. '_lib.lua'
  local names = names_of(shared)
  files['widget/store/lua/' .. name .. '_*.lua'] = { globals = names }
  local used_elsewhere = {}
  for i, shared_name in ipairs(names) do
    used_elsewhere[i] = '211/' .. shared_name
  end
  files[shared] = { ignore = used_elsewhere }
end

-- wrk calls these by name, and hands its own table in.
files['bench/'] = { globals = { 'wrk', 'init', 'request', 'done' } }
