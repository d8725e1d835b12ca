-- What operators see of the readers and do about dead letters, and for how long a lane waits for its surroundings.

ALTER TABLE events.cursors ADD COLUMN waiting_since timestamptz;

COMMENT ON COLUMN events.cursors.waiting_since IS
    'Since when what surrounds the reader fails the event that comes next; null when it does not';

ALTER TABLE events.parked
    ADD COLUMN letter uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN retries integer NOT NULL DEFAULT 0,
    ADD COLUMN retry_asked_at timestamptz;

COMMENT ON COLUMN events.parked.letter IS 'Names the dead letter: of one event there may be one for each reader';
COMMENT ON COLUMN events.parked.retry_asked_at IS
    'When somebody asked for the letters of this key to be applied; a node that runs the reader does it';

CREATE UNIQUE INDEX parked_letter_key ON events.parked (letter);
CREATE INDEX parked_at_idx ON events.parked (parked_at, letter);
CREATE INDEX parked_retry_idx ON events.parked (reader, key) WHERE retry_asked_at IS NOT NULL;

-- Notes a failure that is not the event's, if the cursor still stands there. Answers for how many milliseconds the lane
-- has been waiting; null when it moved on.
CREATE FUNCTION events.hold(p_reader text, p_lane integer, p_from bigint, p_error text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE events.cursors AS c
       SET waiting_since = coalesce(c.waiting_since, clock_timestamp()), last_error = left(p_error, 1000)
     WHERE c.reader = p_reader AND c.lane = p_lane AND c.seq = p_from
    RETURNING (extract(epoch FROM clock_timestamp() - c.waiting_since) * 1000)::bigint
$$;

-- Moves a cursor in the transaction of the effect; fails when it stands elsewhere than where the reader began.
CREATE OR REPLACE FUNCTION events.advance(p_reader text, p_lane integer, p_from bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE events.cursors AS c
       SET seq = p_to, moved_at = clock_timestamp(), attempts = 0, retry_at = NULL, waiting_since = NULL,
           last_error = NULL
     WHERE c.reader = p_reader AND c.lane = p_lane AND c.seq = p_from;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the cursor of reader % in lane % does not stand at % any more', p_reader, p_lane, p_from
            USING ERRCODE = 'VT001';
    END IF;
END $$;

-- How each active reader stands: when the oldest event that it has not read was written, how many lanes wait after a
-- failure, why, and how many dead letters there are.
CREATE OR REPLACE FUNCTION events.standing()
RETURNS TABLE (reader text, oldest_unread_at timestamptz, failing integer, last_error text, parked bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.name,
           min(unread.at),
           count(*) FILTER (WHERE c.attempts > 0 OR c.waiting_since IS NOT NULL)::integer,
           max(c.last_error),
           (SELECT count(*) FROM events.parked AS p WHERE p.reader = r.name)
      FROM events.readers AS r
      JOIN events.cursors AS c ON c.reader = r.name
      LEFT JOIN LATERAL (SELECT l.at FROM events.log AS l
                          WHERE l.lane = c.lane AND l.seq > c.seq
                          ORDER BY l.seq LIMIT 1) AS unread ON true
     WHERE r.retired_at IS NULL
     GROUP BY r.name
$$;

-- The lanes of the active readers after a name, of some readers at a time. Of what a lane has not read at most ten
-- thousand events are counted.
CREATE FUNCTION events.lanes(p_after text, p_readers integer)
RETURNS TABLE (reader text, types text[], parked bigint, lane smallint, seq bigint, moved_at timestamptz,
               attempts integer, retry_at timestamptz, waiting_since timestamptz, last_error text,
               oldest_unread_at timestamptz, unread bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.name, r.types, (SELECT count(*) FROM events.parked AS p WHERE p.reader = r.name),
           c.lane, c.seq, c.moved_at, c.attempts, c.retry_at, c.waiting_since, c.last_error, oldest.at,
           (SELECT count(*) FROM (SELECT FROM events.log AS l
                                   WHERE l.lane = c.lane AND l.seq > c.seq LIMIT 10000) AS counted)
      FROM (SELECT a.name, a.types FROM events.readers AS a
             WHERE a.retired_at IS NULL AND a.name > p_after ORDER BY a.name LIMIT p_readers) AS r
      JOIN events.cursors AS c ON c.reader = r.name
      LEFT JOIN LATERAL (SELECT l.at FROM events.log AS l
                          WHERE l.lane = c.lane AND l.seq > c.seq
                          ORDER BY l.seq LIMIT 1) AS oldest ON true
     ORDER BY r.name, c.lane
$$;

-- Dead letters after a place, the oldest first: of one reader, or of all when none is named.
CREATE FUNCTION events.letters(p_reader text, p_after_at timestamptz, p_after uuid, p_limit integer)
RETURNS TABLE (letter uuid, reader text, id uuid, type text, at timestamptz, org_id uuid, key text, reason text,
               parked_at timestamptz, retries integer, retry_asked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.letter, p.reader, p.id, p.type, p.at, p.org_id, p.key, p.reason, p.parked_at, p.retries, p.retry_asked_at
      FROM events.parked AS p
     WHERE (p.parked_at, p.letter) > (p_after_at, p_after) AND (p_reader IS NULL OR p.reader = p_reader)
     ORDER BY p.parked_at, p.letter
     LIMIT p_limit
$$;

-- One dead letter.
CREATE FUNCTION events.letter(p_letter uuid)
RETURNS TABLE (letter uuid, reader text, id uuid, type text, at timestamptz, org_id uuid, key text, reason text,
               parked_at timestamptz, retries integer, retry_asked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.letter, p.reader, p.id, p.type, p.at, p.org_id, p.key, p.reason, p.parked_at, p.retries, p.retry_asked_at
      FROM events.parked AS p WHERE p.letter = p_letter
$$;

-- Asks for a dead letter to be applied again, with all of its reader and key, since they have an order. Gives the
-- letter; no row when it is gone.
CREATE FUNCTION events.ask_retry(p_letter uuid)
RETURNS TABLE (letter uuid, reader text, id uuid, type text, at timestamptz, org_id uuid, key text, reason text,
               parked_at timestamptz, retries integer, retry_asked_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH asked AS (
        UPDATE events.parked AS p SET retry_asked_at = clock_timestamp()
          FROM (SELECT o.reader, o.key FROM events.parked AS o WHERE o.letter = p_letter) AS one
         WHERE p.reader = one.reader AND p.key = one.key
        RETURNING p.letter, p.reader, p.id, p.type, p.at, p.org_id, p.key, p.reason, p.parked_at, p.retries,
                  p.retry_asked_at)
    SELECT a.letter, a.reader, a.id, a.type, a.at, a.org_id, a.key, a.reason, a.parked_at, a.retries, a.retry_asked_at
      FROM asked AS a WHERE a.letter = p_letter
$$;

-- Gives up on one dead letter; gives it a last time, or no row when it is gone.
CREATE FUNCTION events.discard(p_letter uuid)
RETURNS TABLE (letter uuid, reader text, id uuid, type text, at timestamptz, org_id uuid, key text, reason text,
               parked_at timestamptz, retries integer, retry_asked_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM events.parked AS p WHERE p.letter = p_letter
    RETURNING p.letter, p.reader, p.id, p.type, p.at, p.org_id, p.key, p.reason, p.parked_at, p.retries,
              p.retry_asked_at
$$;

-- The keys of these readers whose dead letters somebody asked to apply; some at a time.
CREATE FUNCTION events.retries(p_readers text[]) RETURNS TABLE (reader text, key text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT p.reader, p.key FROM events.parked AS p
     WHERE p.retry_asked_at IS NOT NULL AND p.reader = ANY (p_readers) LIMIT 16
$$;

-- Notes that the oldest dead letter of a key failed again; those behind it wait with it.
CREATE FUNCTION events.retry_failed(p_reader text, p_key text, p_reason text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE events.parked AS p
       SET retry_asked_at = NULL,
           retries = p.retries + CASE WHEN p.seq = oldest.seq THEN 1 ELSE 0 END,
           reason = CASE WHEN p.seq = oldest.seq THEN left(p_reason, 1000) ELSE p.reason END
      FROM (SELECT min(o.seq) AS seq FROM events.parked AS o WHERE o.reader = p_reader AND o.key = p_key) AS oldest
     WHERE p.reader = p_reader AND p.key = p_key
$$;

DROP FUNCTION events.dead_letters(integer);

-- What only the kernel does, and what only operators do; they get theirs where their domain has its tables.
REVOKE EXECUTE ON FUNCTION
    events.hold(text, integer, bigint, text),
    events.retries(text[]),
    events.retry_failed(text, text, text),
    events.lanes(text, integer),
    events.letters(text, timestamptz, uuid, integer),
    events.letter(uuid),
    events.ask_retry(uuid),
    events.discard(uuid)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    events.hold(text, integer, bigint, text),
    events.retries(text[]),
    events.retry_failed(text, text, text)
    TO vertebra_kernel;

-- What the domain that lists events may do, once more: tables that came since got the rights of any other domain.
ALTER DEFAULT PRIVILEGES IN SCHEMA events REVOKE ALL ON TABLES FROM vertebra_events;
ALTER DEFAULT PRIVILEGES IN SCHEMA events REVOKE ALL ON SEQUENCES FROM vertebra_events;
REVOKE ALL ON ALL TABLES IN SCHEMA events FROM vertebra_events;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA events FROM vertebra_events;
GRANT SELECT ON events.log TO vertebra_events;
