--[[ Reads of a bar as readers of many stories make them, for wrk with one thread.

Arguments: path before the article's number; number of articles. Each request is of one of them by chance, so few are
asked for twice in the second that a worker keeps an answer.
]]
dofile('report.lua')

local path, articles

function init(args)
  path, articles = args[1], tonumber(args[2])
end

function request() return wrk.format('GET', path .. math.random(articles)) end
