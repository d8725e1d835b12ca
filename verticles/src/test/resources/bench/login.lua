dofile(os.getenv("BENCH_LUA") .. "/report.lua")
wrk.method = "POST"
wrk.path = os.getenv("BENCH_LOGIN")
wrk.headers["Content-Type"] = "application/json"
local at = 0
function request()
  at = at + 1
  return wrk.format(nil, nil, nil, '{"email":"person' .. at % 100 .. '@example.com","password":"walnut cellar tidal quorum"}')
end
