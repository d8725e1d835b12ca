-- Makes a reader, or takes it up again; the place of one that exists stays. The newest registration says the types. What
-- lanes waited for may not be followed any more, so they do not wait any longer when the types change.
CREATE OR REPLACE FUNCTION events.register(p_reader text, p_types text[], p_from_start boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place bigint := CASE WHEN p_from_start THEN 0 ELSE events.horizon() END;
BEGIN
    INSERT INTO events.readers AS r (name, types) VALUES (p_reader, p_types)
        ON CONFLICT (name) DO UPDATE SET types = excluded.types, retired_at = NULL
        WHERE r.types <> excluded.types OR r.retired_at IS NOT NULL;
    IF FOUND THEN
        UPDATE events.cursors AS c SET attempts = 0, retry_at = NULL, waiting_since = NULL
         WHERE c.reader = p_reader AND (c.attempts > 0 OR c.waiting_since IS NOT NULL);
    END IF;
    INSERT INTO events.cursors (reader, lane, seq)
        SELECT p_reader, lane, place FROM generate_series(0, 15) AS lane
        ON CONFLICT (reader, lane) DO NOTHING;
END $$;
