-- Sliding windows of ten sub-windows, by the server's own clock. A request counts against every policy or against none.
-- KEYS: one per policy, then one per subject whose epoch is wanted
-- ARGV: how many policies, then per policy its limit, the length of a sub-window in milliseconds, and what this costs
-- Answers one line: allowed, then per policy what remains and the milliseconds until some of it comes back, then the epochs.
-- A window is held as its newest index and eleven counts, the newest first: ten full sub-windows and the one that runs,
-- so that no window of the policy's length ever holds more than the limit.
local n = tonumber(ARGV[1])
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local allowed = 1
local windows = {}
local out = { 1 }
for i = 1, n do
  local limit = tonumber(ARGV[3 * i - 1])
  local sub = tonumber(ARGV[3 * i])
  local cost = tonumber(ARGV[3 * i + 1])
  local head = math.floor(now / sub)
  local w
  local raw = redis.call('GET', KEYS[i])
  if raw then
    w = { struct.unpack('>I4I4I4I4I4I4I4I4I4I4I4I4', raw) }
    local shift = head - w[1]
    if shift > 0 then
      for k = 12, 2, -1 do
        if k - shift >= 2 then w[k] = w[k - shift] else w[k] = 0 end
      end
      w[1] = head
    else
      head = w[1]
    end
  else
    w = { head, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
  end
  local used, oldest = 0, 0
  for k = 2, 12 do
    if w[k] > 0 then
      used = used + w[k]
      oldest = k - 2
    end
  end
  if used + cost > limit then allowed = 0 end
  windows[i] = w
  out[2 * i] = limit - used
  out[2 * i + 1] = (head - oldest + 11) * sub - now
end
if allowed == 1 then
  for i = 1, n do
    local w = windows[i]
    local cost = tonumber(ARGV[3 * i + 1])
    w[2] = w[2] + cost
    out[2 * i] = out[2 * i] - cost
    redis.call('SET', KEYS[i], struct.pack('>I4I4I4I4I4I4I4I4I4I4I4I4',
      w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11], w[12]),
      'PX', 11 * tonumber(ARGV[3 * i]))
  end
end
out[1] = allowed
if #KEYS > n then
  local epochs = redis.call('MGET', unpack(KEYS, n + 1))
  for i = 1, #epochs do
    out[#out + 1] = epochs[i] or '-'
  end
end
return table.concat(out, ' ')
