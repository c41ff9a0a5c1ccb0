-- backlog: how many deliveries wait in a partition, and since when.
--
-- KEYS  1 outbox of the partition
-- ARGV  1 prefix
-- Answers three for each channel: channel, deliveries, when the oldest message
-- of them was said, in milliseconds.
local count, oldest = {}, {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local out = ARGV[1] .. 'out:' .. id
  local first = redis.call('LINDEX', out, 0)
  if first then
    local seq, channel = string.match(first, '^%S+ (%S+) (%S+) ')
    local message = redis.call('LINDEX', ARGV[1] .. 'msg:' .. id, seq - 1)
    local at = message and tonumber(string.match(message, '^%S+ %S* (%d+) '))
    if at then
      count[channel] = (count[channel] or 0) + redis.call('LLEN', out)
      oldest[channel] = math.min(oldest[channel] or at, at)
    end
  end
end
local list = {}
for channel, n in pairs(count) do
  list[#list + 1] = channel
  list[#list + 1] = tostring(n)
  list[#list + 1] = string.format('%d', oldest[channel])
end
return list
