dofile(os.getenv("BENCH_LUA") .. "/report.lua")
wrk.path = os.getenv("BENCH_PING")
