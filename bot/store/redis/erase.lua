-- erase: destroys a conversation, its key first. The erasure is kept, so that
-- a repeat of the same erasing is known again and nothing of that id is ever
-- made anew.
--
-- KEYS  1 head  2 messages  3 wrapped key  4 outbox of the partition
--       5 outbox of the conversation  6 keys of the conversation
--       7 quarantine  8 failed deliveries  9 load  10 erasures  11 timers
-- ARGV  1 prefix  2 conversation  3 id of this erasing  4 now in milliseconds
-- Answers {0} when there is no such conversation, else {1, what was there:
-- key, messages, deliveries, failed deliveries, keys, quarantine}.
local head, messages, wrapped, outbox, out = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local keys, quarantine, failed, load, erasures = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local prefix, id = ARGV[1], ARGV[2]

local at = redis.call('HMGET', head, 'version', 'status', 'org', 'who')
if not at[1] then
  local done = redis.call('HGET', erasures, id)
  if done and string.find(done, ARGV[3], 1, true) then
    redis.call('HSET', erasures, id, done) -- so that WAIT behind it waits for it
    return {1, 1, 0, 0, 0, 0, 0}
  end
  return {0}
end
local counts = {
  1, redis.call('DEL', wrapped), redis.call('LLEN', messages), redis.call('LLEN', out),
  redis.call('HLEN', failed), redis.call('ZCARD', keys), redis.call('HLEN', quarantine),
}
for _, name in ipairs(redis.call('ZRANGE', keys, 0, -1)) do
  redis.call('DEL', prefix .. 'seen:' .. id .. ':' .. name)
end
redis.call('DEL', head, messages, out, keys, quarantine, failed)
redis.call('ZREM', outbox, id)
redis.call('ZREM', KEYS[11], id)
if at[2] and at[2] ~= '' then
  for _, org in ipairs({at[3], ''}) do
    redis.call('ZREM', prefix .. 'cases:' .. org .. ':' .. at[2], id)
  end
  if at[2] == 'assigned' or at[2] == 'taken' or at[2] == 'consulting' or at[2] == 'handed-over' then
    if redis.call('HINCRBY', load, at[4], -1) <= 0 then redis.call('HDEL', load, at[4]) end
  end
end
redis.call('HSET', erasures, id, ARGV[4] .. ' ' .. ARGV[3])
return counts
