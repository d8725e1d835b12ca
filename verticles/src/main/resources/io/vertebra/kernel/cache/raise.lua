-- Raises epochs: sets each where it is missing or smaller. ARGV: seconds to keep them, then one epoch per key.
for i = 1, #KEYS do
  local held = redis.call('GET', KEYS[i])
  if not held or tonumber(held) < tonumber(ARGV[i + 1]) then
    redis.call('SET', KEYS[i], ARGV[i + 1], 'EX', ARGV[1])
  end
end
return #KEYS
