-- putdocument: keeps a document when its version is the stored one. Safe to
-- repeat: the id of the writing stands beside the version.
--
-- KEYS  1 versions of the kind  2 bodies of the kind  3 fence
-- ARGV  1 document  2 version that was loaded  3 id of this writing  4 body
--       5 "1": with replicas
-- Answers 1, or 0 when the version moved.
local at, writing = '0', ''
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then at, writing = string.match(held, '^(%S+) (%S+)$') end
if writing == ARGV[3] then
  if ARGV[5] == '1' then redis.call('SET', KEYS[3], ARGV[3]) end
  return 1
end
if at ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %s', ARGV[2] + 1, ARGV[3]))
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
return 1
