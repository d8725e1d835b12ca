-- The statements of a posting go by keys only, so one plan serves every call. Left to itself the planner estimates
-- lists of accounts longer than they are, prefers a plan of its own for each call, and planning costs more than posting.
ALTER FUNCTION ledger.write(uuid, uuid, text, text, text, text, uuid, timestamptz, timestamptz, timestamptz, uuid[],
    bigint[], text[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.refuse_unbalanced() SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.post(uuid, uuid, text, text, text, timestamptz, timestamptz, boolean, timestamptz, uuid[],
    bigint[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.resolve(uuid, uuid, uuid, text, text, text, timestamptz, uuid[], bigint[])
    SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.reverse(uuid, uuid, uuid, text, text, text, timestamptz)
    SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.balances(uuid, uuid[]) SET plan_cache_mode = force_generic_plan;
