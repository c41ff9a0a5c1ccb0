-- audit: adds entries to the end of a chain of the audit log. Safe to repeat:
-- the end that will be is known again.
--
-- KEYS  1 the chain  2 its end  3 fence
-- ARGV  1 "1": with replicas  2 id of this writing  3 end that is expected
--       4 end that will be  5 how many entries follow, then those
-- Answers {"kept"}, or {"moved", the end as it stands}.
local at = redis.call('GET', KEYS[2]) or ''
if ARGV[1] == '1' then redis.call('SET', KEYS[3], ARGV[2]) end
if at == ARGV[4] then return {'kept'} end
if at ~= ARGV[3] then return {'moved', at} end
for i = 6, 5 + tonumber(ARGV[5]) do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('SET', KEYS[2], ARGV[4])
return {'kept'}
