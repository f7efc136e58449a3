--[[ How every script but the vote's (reactions/cast.lua) takes its parameters: as one act. Behind base.lua.

ARGV[1]  the act as JSON, an object; the script's contract names its fields as act.<field>. A field may be
         left out where the contract says "optional". Bytes, such as a mark, are in hexadecimal.
]]
local act = cjson.decode(ARGV[1])

-- Return bytes from hexadecimal digits.
local function bytes(digits)
  return (digits:gsub('%x%x', function(pair) return string.char(tonumber(pair, 16)) end))
end

-- Return a hash as a table.
local function read(key)
  local flat, found = call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    found[flat[i]] = flat[i + 1]
  end
  return found
end
