-- commit: one turn of a conversation, all of it or nothing.
--
-- Safe to repeat: the client sends it again when a connection was cut before
-- the answer. The random id of the commit is kept in the head (the last eight
-- of them), so the very same commit is known again, with or without a key.
--
-- Every key carries the partition's hash tag, so that all are in one slot. The
-- sorted sets of the cases are named here and not in KEYS, because which one
-- the case was in is known only after the head is read; they have the tag too.
--
-- KEYS  1 head  2 messages  3 wrapped key  4 outbox of the partition
--       5 outbox of the conversation  6 counter of deliveries  7 this key
--       8 keys of the conversation  9 quarantine  10 load  11 erasures
--       12 bar of this commit  13 fence  14 timers  15 audit log  16 its end
-- ARGV  1 prefix  2 conversation  3 commit id  4 version that was loaded
--       5 seq of the receipt  6 milliseconds that the key lives (0: no key)
--       7 name of the key  8 "1": the bot speaks, beside notices
--       9 wrapped key, of a new conversation  10 seq in quarantine ("": none)
--       11 reason  12 "1": with replicas  13 score of the case
--       14 when the earliest timer goes off (0: there is none)
--       15 end of the audit log that is expected  16 end that will be
--       17 k: number of its entries that follow, then those; then
--       n: number of values that follow for the head, then those; then
--       three for each message: seq, record, channel to deliver ("": no)
-- Answers {"kept"}, {"repeat", seq}, {"conflict"}, {"notfound"}, {"owned"},
-- {"moved", the end of the audit log as it stands}.
local head, messages, wrapped, outbox, out, counter = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local key, keys, quarantine, load, erasures, bar, fence, timers = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13], KEYS[14]
local prefix, id, commit, version = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local life, name = tonumber(ARGV[6]), ARGV[7]

-- WAIT promises only for the writes of its own connection. An answer that
-- speaks of a write that another connection made writes something itself.
local function again(answer)
  if ARGV[12] == '1' then redis.call('SET', fence, commit) end
  return answer
end

local at = redis.call('HMGET', head, 'version', 'commits', 'status', 'org', 'who')
local commits = at[2] or ''
if string.find(commits, commit, 1, true) then return again({'kept'}) end
if life ~= 0 then
  local seq = redis.call('GET', key)
  if seq then return again({'repeat', seq}) end
end
if version == '0' then
  if at[1] or redis.call('EXISTS', wrapped, bar) > 0 or redis.call('HEXISTS', erasures, id) == 1 then
    return {'conflict'}
  end
else
  if not at[1] then return {'notfound'} end
  if at[1] ~= version then return {'conflict'} end
end

local k = tonumber(ARGV[17])
if k > 0 then
  local stands = redis.call('GET', KEYS[16]) or ''
  if stands ~= ARGV[15] then return {'moved', stands} end
end
local first = 18 + k
local n = tonumber(ARGV[first])
local set, new = {}, {}
for i = first + 1, first + n, 2 do
  set[#set + 1], set[#set + 2] = ARGV[i], ARGV[i + 1]
  new[ARGV[i]] = ARGV[i + 1]
end
local before = {status = at[3] or '', org = at[4] or '', who = at[5] or ''}
local human = {taken = true, consulting = true, ['handed-over'] = true}
if human[new.status] and ARGV[8] == '1' then return {'owned'} end

if version == '0' then redis.call('SET', wrapped, ARGV[9]) end
redis.call('HSET', head, 'commits', commit .. string.sub(commits, 1, 7 * #commit), unpack(set))

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
for i = first + 1 + n, #ARGV, 3 do
  redis.call('RPUSH', messages, ARGV[i + 1])
  if ARGV[i + 2] ~= '' then
    local number = redis.call('INCR', counter)
    local alone = redis.call('RPUSH', out, number .. ' ' .. ARGV[i] .. ' ' .. ARGV[i + 2] .. ' 0') == 1
    if alone then redis.call('ZADD', outbox, now, id) end
  end
end

if life > 0 then
  redis.call('SET', key, ARGV[5], 'PX', life)
  redis.call('ZREMRANGEBYSCORE', keys, '-inf', now)
  redis.call('ZADD', keys, now + life, name)
  if redis.call('PTTL', keys) < life then redis.call('PEXPIRE', keys, life) end
end
if ARGV[14] == '0' then redis.call('ZREM', timers, id) else redis.call('ZADD', timers, ARGV[14], id) end
if ARGV[10] ~= '' then redis.call('HSET', quarantine, ARGV[10], ARGV[11]) end

if k > 0 then
  for i = 18, 17 + k do redis.call('RPUSH', KEYS[15], ARGV[i]) end
  redis.call('SET', KEYS[16], ARGV[16])
end

local function open(c) return c.status == 'assigned' or human[c.status] end
if before.status ~= '' then
  for _, org in ipairs({before.org, ''}) do
    redis.call('ZREM', prefix .. 'cases:' .. org .. ':' .. before.status, id)
  end
  if open(before) and redis.call('HINCRBY', load, before.who, -1) <= 0 then redis.call('HDEL', load, before.who) end
end
if new.status ~= '' then
  for _, org in ipairs({new.org, ''}) do
    redis.call('ZADD', prefix .. 'cases:' .. org .. ':' .. new.status, ARGV[13], id)
  end
  if open(new) then redis.call('HINCRBY', load, new.who, 1) end
end
return {'kept'}
