-- lease: takes or keeps a partition. The epoch grows with each new owner.
--
-- KEYS  1 the lease
-- ARGV  1 owner  2 milliseconds
-- Answers the epoch, or -1 while another holds it.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local at = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'until')
local epoch = tonumber(at[2] or '0')
if at[1] ~= ARGV[1] then
  if at[1] and tonumber(at[3]) > now then return -1 end
  epoch = epoch + 1
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', epoch, 'until', now + tonumber(ARGV[2]))
return epoch
