--[[ The removal of an article and its votes from every total, every list and every key. Behind article.lua.
KEYS as article.lua.
]]

-- Whether votes are moving from or to the article: neither may go meanwhile.
local function is_moving_anywhere() return is_moving() or call('HEXISTS', stem .. 'moving', id) == 1 end

-- Remove the article from every total and every list, with its votes, its names, its note and its corrections.
local function remove_article()
  if first then
    for at, votes in pairs(timeline()) do
      count(floor(at / 16), at % 16, -votes)
    end
    for choice = 1, MOST_CHOICES do
      hold(choice, -number('h' .. choice))
      set_aside(choice, -number('a' .. choice))
    end
  end
  for _, of in ipairs(tables()) do
    for n = 0, of.buckets - 1 do
      call('UNLINK', bucket_key(of, n))
    end
    call('UNLINK', stem .. 'e:' .. of.id)
  end
  for n = 1, number('acts') do
    call('UNLINK', act_key(n))
  end
  for _, list in ipairs({ 'all', 'polls', 'new', 'held' }) do
    call('ZREM', stem .. list, id)
  end
  drop_flags()
  call(
    'UNLINK',
    article,
    stem .. 't:' .. id,
    stem .. 'p:' .. id,
    stem .. 'said:' .. id,
    stem .. 'n:' .. id
  )
end
