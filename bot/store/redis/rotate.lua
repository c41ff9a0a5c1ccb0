-- rotate: begins, breaks off or ends a change of store.key. While it lasts, no
-- node may read or write.
--
-- KEYS  1 the mark
-- ARGV  1 mark of the old key  2 mark of the new key  3 "begin", "undo", "end"
-- Answers "begun", "on" (it was begun before), "undone", "ended", "done" (the
-- store is the new key's), "other" (it is another key's) or "busy" (a change
-- to another key is under way).
local key = redis.call('HGET', KEYS[1], 'key')
local to = redis.call('HGET', KEYS[1], 'rotating')
if key == ARGV[2] then return 'done' end
if key ~= ARGV[1] then return 'other' end
if to and to ~= ARGV[2] then return 'busy' end
if ARGV[3] == 'begin' then
  if to then return 'on' end
  redis.call('HSET', KEYS[1], 'rotating', ARGV[2])
  return 'begun'
end
redis.call('HDEL', KEYS[1], 'rotating')
if ARGV[3] == 'undo' then return 'undone' end
redis.call('HSET', KEYS[1], 'key', ARGV[2])
return 'ended'
