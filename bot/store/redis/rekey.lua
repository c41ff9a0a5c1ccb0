-- rekey: puts what the new store.key wrapped in the place of what the old one
-- did. Safe to repeat.
--
-- KEYS  1 wrapped key  2 head  3 fence
-- ARGV  1 wrapped before  2 wrapped now  3 what is kept of the address now ("":
--       it has none)  4 "1": with replicas
-- Answers 1, or 0 when it was changed meanwhile.
local at = redis.call('GET', KEYS[1])
if ARGV[4] == '1' then redis.call('SET', KEYS[3], ARGV[2]) end
if at ~= ARGV[1] and at ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[2], 'address', ARGV[3]) end
return 1
