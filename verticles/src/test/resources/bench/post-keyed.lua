dofile(os.getenv("BENCH_LUA") .. "/report.lua")
local list, at, run = {}, 0, os.getenv("BENCH_RUN")
function init() list = lines(os.getenv("BENCH_LISTS") .. "/posts.txt") end
function request()
  at = at + 1
  local line = list[at * 7 % #list + 1]
  return wrk.format("POST", line.path, {
    ["Authorization"] = "Bearer " .. line.token, ["Content-Type"] = "application/json",
    ["Accept"] = "application/json", ["Idempotency-Key"] = run .. "-" .. at,
  }, '{"name":"Project ' .. run .. ' ' .. at .. '"}')
end
