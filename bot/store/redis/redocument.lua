-- redocument: puts what the new store.key sealed in the place of what the old
-- one did; the version stays. Safe to repeat.
--
-- KEYS  1 bodies of the kind  2 fence
-- ARGV  1 document  2 sealed before  3 sealed now  4 "1": with replicas
-- Answers 1, or 0 when it was changed meanwhile.
local at = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[4] == '1' then redis.call('SET', KEYS[2], ARGV[1]) end
if at ~= ARGV[2] and at ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
