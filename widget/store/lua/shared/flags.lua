--[[ The flags of an article: hours in which one choice does not look organic. Behind article.lua.

KEYS as article.lua. Computed from KEYS[2], with the same hash tag:
  flags:<id>  hash  number -> flag as JSON (widget/store/integrity/flags.py names its fields), # -> the latest number;
                    no TTL
  flagged     zset  flags that wait for an editor, <id>-<number>, by strength; no TTL
  judged      zset  flags on which an editor decided, by when; no TTL

Keeps: every flag is in one of the two lists. A flag goes with the address that it was found on: `address` is that
address where it is not the article's own.
]]
local flags_key = stem .. 'flags:' .. id

-- Return the article's flags by number.
local function stored_flags()
  local found = {}
  for n, raw in pairs(read(flags_key)) do
    if n ~= '#' then found[tonumber(n)] = cjson.decode(raw) end
  end
  return found
end

local function store_flag(n, flag)
  local waits = flag.state == 'waiting'
  call('HSET', flags_key, n, cjson.encode(flag))
  call('ZREM', stem .. (waits and 'judged' or 'flagged'), id .. '-' .. n)
  local score = waits and flag.finding.strength or flag.decided_s
  call('ZADD', stem .. (waits and 'flagged' or 'judged'), score, id .. '-' .. n)
end

local function add_flag(flag)
  local n = call('HINCRBY', flags_key, '#', 1)
  store_flag(n, flag)
  return n
end

local function remove_flag(n)
  call('HDEL', flags_key, n)
  call('ZREM', stem .. 'flagged', id .. '-' .. n)
  call('ZREM', stem .. 'judged', id .. '-' .. n)
end

-- Return the flags that were found on an address, as a list of JSON, for a move of that address.
local function flags_of(of_id)
  local found = {}
  for _, flag in pairs(stored_flags()) do
    if (flag.address or id) == of_id then found[#found + 1] = cjson.encode(flag) end
  end
  return found
end

-- Take over flags of an address that has moved here.
local function join_flags(of_id, list)
  for _, raw in ipairs(list or {}) do
    local flag = cjson.decode(raw)
    flag.address = of_id ~= id and of_id or nil
    add_flag(flag)
  end
end

-- Drop the flags of an address that has moved away; of every address without `of_id`.
local function drop_flags(of_id)
  for n, flag in pairs(stored_flags()) do
    if not of_id or (flag.address or id) == of_id then remove_flag(n) end
  end
  if not of_id then call('UNLINK', flags_key) end
end
