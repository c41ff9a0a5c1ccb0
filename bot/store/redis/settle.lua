-- settle: records what became of a delivery, under the lease it was taken
-- with. Safe to repeat: it does nothing when the delivery isn't the next one
-- any more, or was put off already.
--
-- KEYS  1 lease  2 outbox of the partition  3 outbox of the conversation
--       4 failed deliveries of the conversation  5 fence
-- ARGV  1 epoch  2 conversation  3 number of the delivery  4 attempts before
--       5 "sent", "retry" or "failed"  6 due again, in milliseconds  7 reason
--       8 "1": with replicas
-- Answers 1, or 0 when the lease was lost.
if ARGV[8] == '1' then redis.call('SET', KEYS[5], ARGV[3]) end
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
local record = redis.call('LINDEX', KEYS[3], 0)
if not record then return 1 end
local number, seq, channel, attempts = string.match(record, '^(%S+) (%S+) (%S+) (%S+)$')
if number ~= ARGV[3] or attempts ~= ARGV[4] then return 1 end
if ARGV[5] == 'retry' then
  redis.call('LSET', KEYS[3], 0, number .. ' ' .. seq .. ' ' .. channel .. ' ' .. (attempts + 1))
  redis.call('ZADD', KEYS[2], ARGV[6], ARGV[2])
  return 1
end
if ARGV[5] == 'failed' then redis.call('HSET', KEYS[4], seq, ARGV[7]) end
redis.call('LPOP', KEYS[3])
if redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  redis.call('ZADD', KEYS[2], 0, ARGV[2])
end
return 1
