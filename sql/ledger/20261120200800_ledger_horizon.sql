-- As before, by the function that all append-only tables share.
CREATE OR REPLACE FUNCTION ledger.horizon() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT kernel.horizon(7003, s.last_value) FROM ledger.transactions_seq_seq AS s
$$;
