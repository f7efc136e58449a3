--[[ Remove an article with its votes, from every total and every list. Behind removal.lua.

Of article.lua's fields it needs only act.id and act.now. The article may also be one that was merged into
another, or one without votes. Its comments are removed by comments/forget.lua.

Codes: moving (try again), done. Afterwards no key of the article has a vote, a page or a note.
]]
if is_moving_anywhere() then return answer('moving') end
remove_article()
return answer('done')
