--[[ The votes of articles by choice on a day, as they are filed. Reads only. Behind act.lua.

Computed from the stem, with its hash tag: mix:<day> and top:<day>:<choice> (ledger.lua)
]]
local MOST_CHOICES = 15
local SHORT = 512 -- up to so many fields a hash is a list in memory: each look-up of a field would walk it again
local FEW = 8

-- Add a day's lists of choices to mixes of articles; a day on which a store was of schema 1 has some.
local function add_lists(stem, day, ids, mixes)
  local lists = {}
  for choice = 1, MOST_CHOICES do
    lists[choice] = stem .. 'top:' .. day .. ':' .. choice
  end
  if call('EXISTS', unpack(lists)) == 0 then return end
  for choice, list in ipairs(lists) do
    for at, votes in ipairs(call('ZMSCORE', list, unpack(ids))) do
      local mix = mixes[at]
      mix[choice] = (mix[choice] or 0) + (tonumber(votes or nil) or 0)
    end
  end
end

-- Return the values of these fields of a hash, false for each that it does not have.
local function values_of(key, fields)
  if #fields <= FEW or call('HLEN', key) > SHORT then return call('HMGET', key, unpack(fields)) end
  local by_field, values = read(key), {}
  for at, field in ipairs(fields) do
    values[at] = by_field[field] or false
  end
  return values
end

-- Return the votes of each of these articles on a day: choice -> votes, without some that are 0.
local function mixes_of(stem, day, ids)
  if #ids == 0 then return {} end
  day = format('%d', day)
  local mixes = {}
  for at, packed in ipairs(values_of(stem .. 'mix:' .. day, ids)) do
    mixes[at] = packed and cmsgpack.unpack(packed) or {}
  end
  add_lists(stem, day, ids, mixes)
  return mixes
end
