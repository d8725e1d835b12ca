-- Forgets the epochs of sessions that are gone for good: their tokens have expired, so that nobody asks for them again.
-- Never for a principal, who may be touched again: its epoch would begin anew beneath what nodes remember.
CREATE FUNCTION kernel.forget_epochs(p_sessions uuid[]) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM kernel.epochs WHERE subject = ANY (p_sessions) RETURNING 1)
  SELECT count(*) FROM gone
$$;
