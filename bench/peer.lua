--[[ Votes of a service by another maker, for wrk with one thread: each another network's, on a story by chance.

Arguments: path; body, or "" for none; number of stories; seed. "%d" in path or body is the story's number.
]]
dofile('report.lua')
dofile('address.lua')

local path, body, stories

function init(args)
  path, body, stories = args[1], args[2], tonumber(args[3])
  math.randomseed(tonumber(args[4]))
  wrk.method = 'POST'
  wrk.headers['Content-Type'] = 'application/json'
end

function request()
  local story = math.random(stories)
  wrk.headers['X-Forwarded-For'] = address()
  local filled = body ~= '' and body:gsub('%%d', story) or nil
  return wrk.format(nil, path:gsub('%%d', story), nil, filled)
end
