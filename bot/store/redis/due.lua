-- due: the oldest waiting delivery of each conversation whose time has come.
--
-- KEYS  1 outbox of the partition
-- ARGV  1 beginning of the names of the conversations' outboxes  2 at most
-- Answers three for each: conversation, record, due.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local list = {}
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #due, 2 do
  local record = redis.call('LINDEX', ARGV[1] .. due[i], 0)
  if record then
    list[#list + 1] = due[i]
    list[#list + 1] = record
    list[#list + 1] = due[i + 1]
  end
end
return list
