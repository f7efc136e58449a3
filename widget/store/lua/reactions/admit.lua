--[[ Let a new reader in: free, for a proof of work, or to be held; or tell the price. A reader who comes again,
as in a retry, is let in and counted once. Behind act.lua and allowance.lua.

KEYS[1]  string  ms since the epoch at which this network (/32, /64) may bring act.free readers again; until then
KEYS[2]  string  the same for the wide network (/24, /48) and act.free_wide
KEYS[3]  set     readers let in; act.window_s
KEYS[4]  string  as KEYS[1], for held readers and act.held; of an IPv6 /48 together
KEYS[5]  set     held readers; act.window_s
All share the wide network's slot.

act.reader     the reader's hash, 8 bytes    act.free, act.every_ms            readers at once, and ms for one more
act.now_ms     since the epoch               act.free_wide, act.every_wide_ms  of the wide network
act.paid       price that a proof paid,      act.held, act.every_held_ms       of held readers
               0 for no proof                act.most      readers that work lets in; beyond them they are held
act.is_wrong   a proof came that is void     act.window_s  seconds in which a reader may come again
act.may_hold   the reader accepts being held
act.is_wide_one_customer  readers let in for work count in the wide network too: otherwise one address of
               many customers would make all others pay

Returns {how, price * 1000}: how 0 free, 1 for work, 2 held, 3 pay the price, 4 too many held.
Only a reader who is let in or held writes, so a flood of new readers does not fill the store.
]]
local FLAT = 2 -- the price is flat until a network brought so many times its free readers
local SLACK = 1.5 -- others may have come while the reader worked
local reader, now = bytes(act.reader), act.now_ms

if call('SISMEMBER', KEYS[3], reader) == 1 then return { 0, 0 } end

local function at(key) return tonumber(call('GET', key) or nil) end
local near, wide = at(KEYS[1]), at(KEYS[2])
local brought = used_of(near, now, act.every_ms)
local brought_wide = used_of(wide, now, act.every_wide_ms)
-- A wide network pays as a network that brought the same share of its free readers.
local share = math.max(brought / act.free, brought_wide / act.free_wide)
local price = math.max(1, share / FLAT)

local function add_one(key, whole_at, every)
  keep_until_whole(key, math.max(whole_at or 0, now) + every, now)
end

local function let_in(in_wide)
  add_one(KEYS[1], near, act.every_ms)
  if in_wide then add_one(KEYS[2], wide, act.every_wide_ms) end
  call('SADD', KEYS[3], reader)
  call('EXPIRE', KEYS[3], act.window_s)
end

local function hold()
  if call('SISMEMBER', KEYS[5], reader) == 1 then return { 2, 0 } end
  local whole_at = after_one_more(at(KEYS[4]), now, act.held, act.every_held_ms)
  if not whole_at then return { 4, 0 } end
  keep_until_whole(KEYS[4], whole_at, now)
  call('SADD', KEYS[5], reader)
  call('EXPIRE', KEYS[5], act.window_s)
  return { 2, 0 }
end

local is_free = brought + 1 <= act.free and brought_wide + 1 <= act.free_wide
if is_free and act.paid == 0 and not act.is_wrong then
  let_in(true)
  return { 0, 0 }
end
if act.paid > 0 and act.paid * SLACK >= price then
  if brought >= act.most then return hold() end
  let_in(act.is_wide_one_customer)
  return { 1, 0 }
end
if act.may_hold then return hold() end
return { 3, floor(price * 1000 + 0.5) }
