-- What readers look at costs the same however long the log is, and however many they are: rows that several cursors
-- have before them are read once, and never the whole log. PostgreSQL keeps the plan that it made while a partition was
-- empty, when reading all of it was the cheapest; so the ways that read all of it are closed to whatever follows the log.

-- Which types of events stand before the cursors of these readers, for each place that cursors stand at, and the last
-- of each type. Cursors that wait for another attempt are left out. A cursor far behind sees its next ten thousand.
CREATE FUNCTION events.ahead(p_readers text[], p_horizon bigint)
RETURNS TABLE (lane smallint, place bigint, type text, upper bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    SELECT p.lane, p.seq, w.type, max(w.seq)
      FROM (SELECT DISTINCT c.lane, c.seq FROM events.cursors AS c
             WHERE c.reader = ANY (p_readers) AND c.seq < p_horizon
               AND (c.retry_at IS NULL OR c.retry_at <= clock_timestamp())) AS p
     CROSS JOIN LATERAL (SELECT l.seq, l.type FROM events.log AS l
                          WHERE l.lane = p.lane AND l.seq > p.seq AND l.seq <= p_horizon
                          ORDER BY l.seq LIMIT 10000) AS w
     GROUP BY p.lane, p.seq, w.type
$$;

-- Which lanes of these readers have something to read. A row without a reader says that somebody is writing now, so
-- that another look is worth while.
CREATE OR REPLACE FUNCTION events.due(p_readers text[]) RETURNS TABLE (reader text, lane smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
BEGIN
    RETURN QUERY
    WITH ahead AS MATERIALIZED (SELECT * FROM events.ahead(p_readers, h))
    SELECT c.reader, c.lane
      FROM events.cursors AS c JOIN events.readers AS r ON r.name = c.reader
     WHERE c.reader = ANY (p_readers)
       AND (c.retry_at IS NULL OR c.retry_at <= clock_timestamp())
       AND EXISTS (SELECT FROM ahead AS a WHERE a.lane = c.lane AND a.place = c.seq AND a.type = ANY (r.types));
    IF h < (SELECT s.last_value FROM events.log_seq_seq AS s) THEN
        RETURN QUERY SELECT NULL::text, NULL::smallint;
    END IF;
END $$;

-- Moves the cursors of these readers past events that they do not follow, where nothing that they do follow comes
-- first. Leaves lanes alone that somebody reads right now, and those that wait after a failure. Answers how many moved.
CREATE OR REPLACE FUNCTION events.pass(p_readers text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
    moved bigint;
BEGIN
    WITH ahead AS MATERIALIZED (SELECT * FROM events.ahead(p_readers, h)),
    free AS MATERIALIZED (
        SELECT c.reader, c.lane, c.seq
          FROM events.cursors AS c JOIN events.readers AS r ON r.name = c.reader
         WHERE c.reader = ANY (p_readers)
           AND c.attempts = 0 AND c.retry_at IS NULL AND c.waiting_since IS NULL
           AND EXISTS (SELECT FROM ahead AS a WHERE a.lane = c.lane AND a.place = c.seq)
           AND NOT EXISTS (SELECT FROM ahead AS a
                            WHERE a.lane = c.lane AND a.place = c.seq AND a.type = ANY (r.types))
           FOR UPDATE OF c SKIP LOCKED)
    UPDATE events.cursors AS c
       SET seq = (SELECT max(a.upper) FROM ahead AS a WHERE a.lane = free.lane AND a.place = free.seq),
           moved_at = clock_timestamp()
      FROM free
     WHERE c.reader = free.reader AND c.lane = free.lane AND c.seq = free.seq;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;

ALTER FUNCTION events.claim(text, integer, text[], integer) SET enable_seqscan = off;
ALTER FUNCTION events.claim(text, integer, text[], integer) SET enable_bitmapscan = off;
ALTER FUNCTION events.page(uuid, bigint, text[], integer) SET enable_seqscan = off;
ALTER FUNCTION events.page(uuid, bigint, text[], integer) SET enable_bitmapscan = off;
ALTER FUNCTION events.tail(bigint, uuid[], integer) SET enable_seqscan = off;
ALTER FUNCTION events.tail(bigint, uuid[], integer) SET enable_bitmapscan = off;
ALTER FUNCTION events.standing() SET enable_seqscan = off;
ALTER FUNCTION events.standing() SET enable_bitmapscan = off;

REVOKE EXECUTE ON FUNCTION events.ahead(text[], bigint) FROM PUBLIC;
