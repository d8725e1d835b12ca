-- A cursor names an event that was read. When there is none of that number, its events were lost: somebody went back to
-- a backup, and what the holder of the cursor saw has not happened.
CREATE OR REPLACE FUNCTION events.page(p_org uuid, p_after bigint, p_types text[], p_limit integer)
RETURNS TABLE (seq bigint, id uuid, type text, version integer, at timestamptz, org_id uuid, key text, actor uuid,
               request text, trace text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
BEGIN
    IF p_after > 0 AND (p_after < events.kept_from() OR NOT EXISTS (SELECT FROM events.log AS l WHERE l.seq = p_after)) THEN
        RAISE EXCEPTION 'events after % are not kept any more', p_after USING ERRCODE = 'VT004';
    END IF;
    RETURN QUERY
    SELECT l.seq, l.id, l.type, l.version, l.at, l.org_id, l.key, l.actor, l.request, l.trace, l.data
      FROM events.log AS l
     WHERE l.org_id = p_org AND l.seq > p_after AND l.seq <= h AND l.type = ANY (p_types)
     ORDER BY l.seq
     LIMIT p_limit;
    RETURN QUERY SELECT h, null::uuid, null::text, null::integer, null::timestamptz, null::uuid, null::text, null::uuid,
                        null::text, null::text, null::jsonb;
END $$;

-- Begins a new history, once after the database went back to a backup and before anybody writes: numbers go on so far
-- beyond the present one that none which was given away and lost is given away again (a day takes one partition, unless
-- it has more events). Answers the time of the newest event.
CREATE FUNCTION events.begin_history() RETURNS timestamptz
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    beyond constant bigint := 4096;
    next bigint;
    newest timestamptz;
BEGIN
    SELECT s.last_value / events.partition_width() + beyond INTO next FROM events.log_seq_seq AS s;
    PERFORM events.add_partition(n)
       FROM generate_series(next, next + 3) AS n
      WHERE NOT EXISTS (SELECT FROM events.partitions AS p WHERE p.number = n);
    PERFORM setval('events.log_seq_seq', next * events.partition_width(), true);
    SELECT l.at INTO newest FROM events.log AS l ORDER BY l.seq DESC LIMIT 1;
    RETURN newest;
END $$;

REVOKE EXECUTE ON FUNCTION events.begin_history() FROM PUBLIC;
