-- deletedocument: removes a document, if it is there.
--
-- KEYS  1 versions of the kind  2 bodies of the kind  3 fence
-- ARGV  1 document  2 "1": with replicas
if ARGV[2] == '1' then redis.call('SET', KEYS[3], ARGV[1]) end
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
