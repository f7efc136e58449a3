-- A public IPv4 address by chance, seldom of a network that had one before.
function address()
  local random = math.random
  return string.format('%d.%d.%d.%d', random(11, 99), random(0, 255), random(0, 255), random(254))
end
