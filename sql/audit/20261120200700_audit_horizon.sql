-- As before, by the function that all append-only tables share.
CREATE OR REPLACE FUNCTION audit.horizon() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT kernel.horizon(7002, s.last_value) FROM audit.records_seq_seq AS s
$$;
