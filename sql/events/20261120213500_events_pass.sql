-- Readers claim a lane only for events that they follow; past all others the cursors are moved in one statement, not in
-- a transaction for each lane.

-- Moves the cursors of these readers past events that they do not follow, where nothing that they do follow comes
-- first. Leaves lanes alone that somebody reads right now, and those that wait after a failure. Answers how many moved.
CREATE FUNCTION events.pass(p_readers text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
    moved bigint;
BEGIN
    UPDATE events.cursors AS c
       SET seq = p.upper, moved_at = clock_timestamp()
      FROM (SELECT free.reader, free.lane,
                   (SELECT max(l.seq) FROM events.log AS l
                     WHERE l.lane = free.lane AND l.seq > free.seq AND l.seq <= h) AS upper
              FROM events.cursors AS free JOIN events.readers AS r ON r.name = free.reader
             WHERE free.reader = ANY (p_readers)
               AND free.attempts = 0 AND free.retry_at IS NULL AND free.waiting_since IS NULL
               AND EXISTS (SELECT FROM events.log AS l
                            WHERE l.lane = free.lane AND l.seq > free.seq AND l.seq <= h)
               AND NOT EXISTS (SELECT FROM events.log AS l
                                WHERE l.lane = free.lane AND l.seq > free.seq AND l.seq <= h
                                  AND l.type = ANY (r.types))
               FOR UPDATE OF free SKIP LOCKED) AS p
     WHERE c.reader = p.reader AND c.lane = p.lane AND c.seq < p.upper;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;

-- Which lanes of these readers have something to read. A row without a reader says that somebody is writing now, so
-- that another look is worth while.
CREATE OR REPLACE FUNCTION events.due(p_readers text[]) RETURNS TABLE (reader text, lane smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
BEGIN
    RETURN QUERY
    SELECT c.reader, c.lane
      FROM events.cursors AS c JOIN events.readers AS r ON r.name = c.reader
     WHERE c.reader = ANY (p_readers)
       AND (c.retry_at IS NULL OR c.retry_at <= clock_timestamp())
       AND EXISTS (SELECT FROM events.log AS l
                    WHERE l.lane = c.lane AND l.seq > c.seq AND l.seq <= h AND l.type = ANY (r.types));
    IF h < (SELECT s.last_value FROM events.log_seq_seq AS s) THEN
        RETURN QUERY SELECT NULL::text, NULL::smallint;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION events.pass(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.pass(text[]) TO vertebra_kernel;
