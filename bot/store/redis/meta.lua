-- meta: says whose data this is, and marks it as ours when nothing is.
--
-- KEYS  1 the mark
-- ARGV  1 format version  2 mark of store.key  3 number of partitions
-- Answers {format, key, partitions, the key that it is being changed to ("":
-- none)} as they stand.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'format', ARGV[1], 'key', ARGV[2], 'partitions', ARGV[3])
end
local at = redis.call('HMGET', KEYS[1], 'format', 'key', 'partitions', 'rotating')
if not at[4] then at[4] = '' end
return at
