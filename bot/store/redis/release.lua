-- release: lets an address go, when the claim is still the same conversation's.
--
-- KEYS  1 the address
-- ARGV  1 the beginning of the claim
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
