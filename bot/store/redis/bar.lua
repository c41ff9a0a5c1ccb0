-- bar: whether the conversation that claimed an address has it. One that
-- isn't is barred: its commit, should it still be under way, will fail. So an
-- address that was claimed by a process that died can be claimed again, and
-- there is never a second conversation of one address.
--
-- KEYS  1 head  2 bar of the claiming commit
-- ARGV  1 the address  2 milliseconds that the bar stands, longer than any
--       commit lives
-- Answers 1: it is there, 0: it isn't and won't be.
if redis.call('HGET', KEYS[1], 'address') == ARGV[1] then return 1 end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return 0
