-- claim: takes an address for a conversation.
--
-- KEYS  1 the address
-- ARGV  1 the claim: conversation and commit  2 the claim to be replaced ("")
-- Answers "" when the claim stands, else the claim that is in the way.
-- A claim that stands is written again, so that WAIT behind it waits for it.
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] and held ~= ARGV[2] then return held end
redis.call('SET', KEYS[1], ARGV[1])
return ''
