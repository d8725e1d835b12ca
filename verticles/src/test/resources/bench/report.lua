-- prints one line that the bench reads
function report(summary, latency)
  io.write(string.format(
    "RESULT requests=%d micros=%d p50=%.0f p99=%.0f non2xx=%d socket=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
function done(summary, latency) report(summary, latency) end
-- lines of "path token" from the request list
function lines(file)
  local all = {}
  for line in io.lines(file) do
    local path, token = line:match("(%S+) (%S+)")
    all[#all + 1] = { path = path, token = token }
  end
  return all
end
