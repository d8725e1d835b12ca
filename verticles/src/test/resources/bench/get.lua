dofile(os.getenv("BENCH_LUA") .. "/report.lua")
local requests, at = {}, 0
function init()
  for i, line in ipairs(lines(os.getenv("BENCH_LISTS") .. "/gets.txt")) do
    requests[i] = wrk.format("GET", line.path, { ["Authorization"] = "Bearer " .. line.token, ["Accept"] = "application/json" })
  end
end
function request()
  at = at + 7
  return requests[at % #requests + 1]
end
