--[[ Whether a new reader is let in: free, for a proof of work, or to be held; or the price. A reader who comes again,
as in a retry, is let in and counted once. Behind allowance.lua. No ARGV.

Keys, all of the wide network's slot:
  1  string  ms since the epoch at which this network (/32, /64) may bring act.free readers again; until then
  2  string  the same for the wide network (/24, /48) and act.free_wide
  3  set     readers let in; act.window_s
  4  string  as the first, for held readers and act.held; of an IPv6 /48 together
  5  set     held readers; act.window_s

act.now_ms     since the epoch               act.free, act.every_ms            readers at once, and ms for one more
act.paid       price that a proof paid,      act.free_wide, act.every_wide_ms  of the wide network
               0 for no proof                act.held, act.every_held_ms       of held readers
act.is_wrong   a proof came that is void     act.most      readers that work lets in; beyond them they are held
act.may_hold   the reader accepts being held act.window_s  seconds in which a reader may come again
act.is_wide_one_customer  readers let in for work count in the wide network too: otherwise one address of
               many customers would make all others pay

Only a reader who is let in or held writes, so a flood of new readers does not fill the store.
]]
local FREE, WORKED, HELD_BACK, PRICED, TOO_MANY_HELD = 0, 1, 2, 3, 4
local FLAT = 2 -- the price is flat until a network brought so many times its free readers
local SLACK = 1.5 -- others may have come while the reader worked

-- Return how a reader, known by 8 bytes, is let in, and the price of work to pay first, or 0.
local function admit(keys, act, reader)
  local near_key, wide_key, let_in_key, held_key, held_in_key = unpack(keys)
  local now = act.now_ms
  if call('SISMEMBER', let_in_key, reader) == 1 then return FREE, 0 end

  local function at(key) return tonumber(call('GET', key) or nil) end
  local near, wide = at(near_key), at(wide_key)
  local brought = used_of(near, now, act.every_ms)
  local brought_wide = used_of(wide, now, act.every_wide_ms)
  -- A wide network pays as a network that brought the same share of its free readers.
  local share = math.max(brought / act.free, brought_wide / act.free_wide)
  local price = math.max(1, share / FLAT)

  local function add_one(key, whole_at, every)
    keep_until_whole(key, math.max(whole_at or 0, now) + every, now)
  end

  local function let_in(in_wide)
    add_one(near_key, near, act.every_ms)
    if in_wide then add_one(wide_key, wide, act.every_wide_ms) end
    call('SADD', let_in_key, reader)
    call('EXPIRE', let_in_key, act.window_s)
  end

  local function hold_back()
    if call('SISMEMBER', held_in_key, reader) == 1 then return HELD_BACK, 0 end
    local whole_at = after_one_more(at(held_key), now, act.held, act.every_held_ms)
    if not whole_at then return TOO_MANY_HELD, 0 end
    keep_until_whole(held_key, whole_at, now)
    call('SADD', held_in_key, reader)
    call('EXPIRE', held_in_key, act.window_s)
    return HELD_BACK, 0
  end

  local is_free = brought + 1 <= act.free and brought_wide + 1 <= act.free_wide
  if is_free and act.paid == 0 and not act.is_wrong then
    let_in(true)
    return FREE, 0
  end
  if act.paid > 0 and act.paid * SLACK >= price then
    if brought >= act.most then return hold_back() end
    let_in(act.is_wide_one_customer)
    return WORKED, 0
  end
  if act.may_hold then return hold_back() end
  return PRICED, price
end
