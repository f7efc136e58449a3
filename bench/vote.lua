--[[ Votes as readers cast them, for wrk with one thread.

Arguments: file of tokens, one a line; site; origin; number of articles; first seq of this load;
           "mixed" or the one kind to send; "spread" for another network at each vote, as a proxy reports it.

Of 100 mixed votes 10 are a new reader's (a nonce, answered with a token), 60 are the first vote of a
known reader on a story, 25 change and 5 take back one that was cast in this load. Every reader
is a different one until the tokens run out, and seq grows with each vote, so none is stale.
]]
dofile('report.lua')
dofile('address.lua')

local REACTIONS = { 'like', 'dislike', 'love', 'funny', 'angry', 'sad', 'wow' }
local ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

local tokens, cast, at, votes = {}, {}, 0, 0
local site, origin, articles, seq, kind, spread

function init(args)
  for line in io.lines(args[1]) do
    tokens[#tokens + 1] = line
  end
  site, origin, articles, seq, kind, spread =
    args[2], args[3], tonumber(args[4]), tonumber(args[5]), args[6], args[7]
  math.randomseed(seq)
  wrk.method = 'POST'
  wrk.headers['Content-Type'] = 'text/plain;charset=UTF-8'
  wrk.headers['Origin'] = origin
  wrk.headers['Sec-Fetch-Mode'] = 'cors'
end

local function nonce()
  local text = {}
  for i = 1, 21 do
    local n = math.random(64)
    text[i] = ALPHABET:sub(n, n)
  end
  return table.concat(text) .. 'A'
end

local function vote(article, reaction, name, value)
  seq = seq + 1
  if spread then wrk.headers['X-Forwarded-For'] = address() end
  return wrk.format(
    nil,
    '/v1/react',
    nil,
    string.format(
      '{"site":"%s","article":"%s/story-%d","reaction":%s,"seq":%d,"%s":"%s"}',
      site,
      origin,
      article,
      reaction,
      seq,
      name,
      value
    )
  )
end

local function quoted(number) return '"' .. REACTIONS[number] .. '"' end

function request()
  local roll = math.random(100)
  local article, number = math.random(articles), math.random(7)
  if kind == 'nonce' or (kind == 'mixed' and roll <= 10) then
    return vote(article, quoted(number), 'nonce', nonce())
  end
  if kind == 'first' or roll <= 70 or #cast == 0 then
    at = at % #tokens + 1
    cast[votes % 1000 + 1] = { article, number, tokens[at] }
    votes = votes + 1
    return vote(article, quoted(number), 'token', tokens[at])
  end
  local earlier = cast[math.random(#cast)]
  earlier[2] = earlier[2] % 7 + 1
  return vote(earlier[1], roll > 95 and 'null' or quoted(earlier[2]), 'token', earlier[3])
end
