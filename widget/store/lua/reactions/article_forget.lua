--[[ Remove an article with its votes, from every total and every list. Behind article.lua.

Of article.lua's fields it needs only act.id and act.now. The article may also be one that was merged into
another, or one without votes. Its comments are removed by comments/forget.lua.

Codes: moving (try again), done. Afterwards no key of the article has a vote, a page or a note.
]]
if is_moving() or call('HEXISTS', stem .. 'moving', id) == 1 then return answer('moving') end
if first then
  for at, votes in pairs(timeline()) do
    count(floor(at / 16), at % 16, -votes)
  end
  for choice = 1, MOST_CHOICES do
    hold(choice, -number('h' .. choice))
  end
end
for _, of in ipairs(tables()) do
  for n = 0, of.buckets - 1 do
    call('UNLINK', bucket_key(of, n))
  end
end
for n = 1, number('acts') do
  call('UNLINK', act_key(n))
end
for _, list in ipairs({ 'all', 'polls', 'new', 'held' }) do
  call('ZREM', stem .. list, id)
end
call(
  'UNLINK',
  article,
  stem .. 't:' .. id,
  stem .. 'p:' .. id,
  stem .. 'said:' .. id,
  stem .. 'n:' .. id
)
return answer('done')
