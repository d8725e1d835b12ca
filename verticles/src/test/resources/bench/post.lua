dofile(os.getenv("BENCH_LUA") .. "/report.lua")
local requests, at = {}, 0
function init()
  for i, line in ipairs(lines(os.getenv("BENCH_LISTS") .. "/posts.txt")) do
    requests[i] = wrk.format("POST", line.path, {
      ["Authorization"] = "Bearer " .. line.token, ["Content-Type"] = "application/json", ["Accept"] = "application/json",
    }, '{"name":"Created project ' .. i .. '"}')
  end
end
function request()
  at = at + 7
  return requests[at % #requests + 1]
end
