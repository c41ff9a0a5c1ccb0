-- copy: puts a whole conversation of another store here, at once or not at
-- all. Safe to repeat: one that is there in the same version stays as it is.
--
-- KEYS  1 head  2 messages  3 wrapped key  4 outbox of the partition
--       5 outbox of the conversation  6 counter of deliveries
--       7 keys of the conversation  8 quarantine  9 failed deliveries
--       10 load  11 timers
-- ARGV  1 prefix  2 conversation  3 version  4 wrapped key  5 status  6 org
--       7 who  8 score of the case  9 timer  10 due of the first delivery
--       then six lists, each its length and its values: fields of the head;
--       records of messages; three for each delivery (seq, channel, attempts);
--       three for each key (name, seq, milliseconds it lives);
--       two for each quarantine (seq, reason); two for each failed delivery
-- Answers "copied", "there" or "other": there in another version.
local head, messages, wrapped, outbox, out, counter = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local prefix, id, status = ARGV[1], ARGV[2], ARGV[5]
local at = redis.call('HGET', head, 'version')
if at then return at == ARGV[3] and 'there' or 'other' end

local place = 11
local function list(width, each)
  local n = tonumber(ARGV[place])
  for i = place + 1, place + n, width do each(i) end
  place = place + 1 + n
end

redis.call('SET', wrapped, ARGV[4])
list(2, function(i) redis.call('HSET', head, ARGV[i], ARGV[i + 1]) end)
list(1, function(i) redis.call('RPUSH', messages, ARGV[i]) end)
list(3, function(i)
  local number = redis.call('INCR', counter)
  redis.call('RPUSH', out, number .. ' ' .. ARGV[i] .. ' ' .. ARGV[i + 1] .. ' ' .. ARGV[i + 2])
  redis.call('ZADD', outbox, ARGV[10], id)
end)
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
list(3, function(i)
  local life = tonumber(ARGV[i + 2])
  redis.call('SET', prefix .. 'seen:' .. id .. ':' .. ARGV[i], ARGV[i + 1], 'PX', life)
  redis.call('ZADD', KEYS[7], now + life, ARGV[i])
  if redis.call('PTTL', KEYS[7]) < life then redis.call('PEXPIRE', KEYS[7], life) end
end)
list(2, function(i) redis.call('HSET', KEYS[8], ARGV[i], ARGV[i + 1]) end)
list(2, function(i) redis.call('HSET', KEYS[9], ARGV[i], ARGV[i + 1]) end)
if ARGV[9] ~= '0' then redis.call('ZADD', KEYS[11], ARGV[9], id) end
if status ~= '' then
  for _, org in ipairs({ARGV[6], ''}) do
    redis.call('ZADD', prefix .. 'cases:' .. org .. ':' .. status, ARGV[8], id)
  end
  if status == 'assigned' or status == 'taken' or status == 'consulting' or status == 'handed-over' then redis.call('HINCRBY', KEYS[10], ARGV[7], 1) end
end
return 'copied'
