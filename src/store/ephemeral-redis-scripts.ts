/** Pairs of keys: an entry and its group (the entry's own key when it has none). Pairs of arguments: value and lifetime in ms. */
export const PUT = `
for i = 1, #KEYS, 2 do
  local key, group, value, ttl = KEYS[i], KEYS[i + 1], ARGV[i], tonumber(ARGV[i + 1])
  redis.call('SET', key, value, 'PX', ttl)
  if group ~= key then
    redis.call('SADD', group, key)
    if redis.call('PTTL', group) < ttl then redis.call('PEXPIRE', group, ttl) end
  end
end`;

/** The lifetime begins with the first count and is never moved. */
export const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

export const DROP_GROUP = `
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('DEL', key) end
redis.call('DEL', KEYS[1])`;
