-- Readers of the log: a cursor per lane, and the events that a reader could not apply.

CREATE TABLE events.readers (
    name          text PRIMARY KEY,
    types         text[] NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    retired_at    timestamptz
);

COMMENT ON COLUMN events.readers.types IS
    'What the newest registration follows; a node that follows something else, of an older release, does not read';

CREATE TABLE events.cursors (
    reader     text NOT NULL REFERENCES events.readers,
    lane       smallint NOT NULL,
    seq        bigint NOT NULL,
    moved_at   timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    retry_at   timestamptz,
    last_error text,
    PRIMARY KEY (reader, lane)
) WITH (fillfactor = 40);

COMMENT ON COLUMN events.cursors.seq IS 'The last row that was read, never the horizon';

CREATE TABLE events.parked (
    reader    text NOT NULL REFERENCES events.readers,
    seq       bigint NOT NULL,
    lane      smallint NOT NULL,
    id        uuid NOT NULL,
    type      text NOT NULL,
    version   integer NOT NULL,
    at        timestamptz NOT NULL,
    org_id    uuid,
    key       text NOT NULL,
    actor     uuid NOT NULL,
    request   text NOT NULL,
    trace     text,
    data      jsonb NOT NULL,
    reason    text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reader, seq)
);

COMMENT ON TABLE events.parked IS 'Dead letters, whole, so that they outlive the partition that they came from';

CREATE INDEX parked_key_idx ON events.parked (reader, key, seq);

ALTER TABLE events.readers ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.readers FORCE ROW LEVEL SECURITY;
CREATE POLICY readers_owner ON events.readers TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE events.cursors ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.cursors FORCE ROW LEVEL SECURITY;
CREATE POLICY cursors_owner ON events.cursors TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE events.parked ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.parked FORCE ROW LEVEL SECURITY;
CREATE POLICY parked_owner ON events.parked TO CURRENT_USER USING (true) WITH CHECK (true);

-- Makes a reader, or takes it up again; the place of one that exists stays. The newest registration says the types.
CREATE FUNCTION events.register(p_reader text, p_types text[], p_from_start boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place bigint := CASE WHEN p_from_start THEN 0 ELSE events.horizon() END;
BEGIN
    INSERT INTO events.readers AS r (name, types) VALUES (p_reader, p_types)
        ON CONFLICT (name) DO UPDATE SET types = excluded.types, retired_at = NULL
        WHERE r.types <> excluded.types OR r.retired_at IS NOT NULL;
    INSERT INTO events.cursors (reader, lane, seq)
        SELECT p_reader, lane, place FROM generate_series(0, 15) AS lane
        ON CONFLICT (reader, lane) DO NOTHING;
END $$;

-- Ends a reader: its cursors hold no partition any more, its dead letters go.
CREATE FUNCTION events.retire(p_reader text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM events.parked WHERE reader = p_reader;
    DELETE FROM events.cursors WHERE reader = p_reader;
    UPDATE events.readers SET retired_at = now() WHERE name = p_reader;
END $$;

-- Which lanes of these readers have something to read. A row without a reader says that somebody is writing now, so
-- that another look is worth while.
CREATE FUNCTION events.due(p_readers text[]) RETURNS TABLE (reader text, lane smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
BEGIN
    RETURN QUERY
    SELECT c.reader, c.lane
      FROM events.cursors AS c
     WHERE c.reader = ANY (p_readers)
       AND (c.retry_at IS NULL OR c.retry_at <= clock_timestamp())
       AND EXISTS (SELECT FROM events.log AS l WHERE l.lane = c.lane AND l.seq > c.seq AND l.seq <= h);
    IF h < (SELECT s.last_value FROM events.log_seq_seq AS s) THEN
        RETURN QUERY SELECT NULL::text, NULL::smallint;
    END IF;
END $$;

-- Locks a lane's cursor for this transaction and reads its next events up to the horizon. No row when another
-- transaction has the lane, when it waits to be retried, when the reader follows other types by now, or when there is nothing.
-- The first row has no type: its seq is where the cursor stands. The last row has no type either: its seq is where the
-- cursor may move, past events of other types too, and joins says whether there may be more behind it.
CREATE FUNCTION events.claim(p_reader text, p_lane integer, p_types text[], p_limit integer)
RETURNS TABLE (seq bigint, id uuid, type text, version integer, at timestamptz, org_id uuid, key text, actor uuid,
               request text, trace text, data jsonb, joins boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place bigint;
    h bigint;
    upper bigint;
    passed bigint;
    full_at bigint;
BEGIN
    SELECT c.seq INTO place
      FROM events.cursors AS c JOIN events.readers AS r ON r.name = c.reader
     WHERE c.reader = p_reader AND c.lane = p_lane AND r.types = p_types
       AND (c.retry_at IS NULL OR c.retry_at <= clock_timestamp())
       FOR UPDATE OF c SKIP LOCKED;
    IF place IS NULL THEN
        RETURN;
    END IF;
    h := events.horizon();
    SELECT max(w.seq), count(*) INTO upper, passed
      FROM (SELECT l.seq FROM events.log AS l
             WHERE l.lane = p_lane AND l.seq > place AND l.seq <= h
             ORDER BY l.seq LIMIT p_limit * 10) AS w;
    IF upper IS NULL THEN
        RETURN;
    END IF;
    SELECT w.seq INTO full_at
      FROM (SELECT l.seq FROM events.log AS l
             WHERE l.lane = p_lane AND l.seq > place AND l.seq <= upper AND l.type = ANY (p_types)
             ORDER BY l.seq LIMIT p_limit) AS w
     ORDER BY w.seq OFFSET p_limit - 1;
    upper := coalesce(full_at, upper);
    RETURN QUERY SELECT place, null::uuid, null::text, null::integer, null::timestamptz, null::uuid, null::text,
                        null::uuid, null::text, null::text, null::jsonb, false;
    RETURN QUERY
    SELECT l.seq, l.id, l.type, l.version, l.at, l.org_id, l.key, l.actor, l.request, l.trace, l.data,
           EXISTS (SELECT FROM events.parked AS p WHERE p.reader = p_reader AND p.key = l.key)
      FROM events.log AS l
     WHERE l.lane = p_lane AND l.seq > place AND l.seq <= upper AND l.type = ANY (p_types)
     ORDER BY l.seq;
    RETURN QUERY SELECT upper, null::uuid, null::text, null::integer, null::timestamptz, null::uuid, null::text,
                        null::uuid, null::text, null::text, null::jsonb, full_at IS NOT NULL OR passed = p_limit * 10;
END $$;

-- Moves a cursor in the transaction of the effect; fails when it stands elsewhere than where the reader began.
CREATE FUNCTION events.advance(p_reader text, p_lane integer, p_from bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE events.cursors AS c
       SET seq = p_to, moved_at = clock_timestamp(), attempts = 0, retry_at = NULL, last_error = NULL
     WHERE c.reader = p_reader AND c.lane = p_lane AND c.seq = p_from;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the cursor of reader % in lane % does not stand at % any more', p_reader, p_lane, p_from
            USING ERRCODE = 'VT001';
    END IF;
END $$;

-- Puts one event aside as a dead letter, within the transaction that moves the cursor past it.
CREATE FUNCTION events.park(p_reader text, p_lane integer, p_seq bigint, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO events.parked
           (reader, seq, lane, id, type, version, at, org_id, key, actor, request, trace, data, reason)
    SELECT p_reader, l.seq, l.lane, l.id, l.type, l.version, l.at, l.org_id, l.key, l.actor, l.request, l.trace, l.data,
           p_reason
      FROM events.log AS l
     WHERE l.lane = p_lane AND l.seq = p_seq;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no event % in lane %', p_seq, p_lane USING ERRCODE = 'VT002';
    END IF;
END $$;

-- Notes a failed attempt, if the cursor still stands there, and lets the lane wait: twice as long each time. After the
-- last attempt it does not wait, the event is to be parked. Answers how many attempts there were.
CREATE FUNCTION events.defer(
    p_reader text, p_lane integer, p_from bigint, p_error text,
    p_pause_ms bigint, p_pause_max_ms bigint, p_attempts_max integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE events.cursors AS c
       SET attempts = c.attempts + 1,
           retry_at = CASE WHEN c.attempts + 1 < p_attempts_max
                           THEN clock_timestamp() + interval '1 millisecond'
                              * least(p_pause_max_ms, p_pause_ms * (1::bigint << least(c.attempts, 30))) END,
           last_error = left(p_error, 1000)
     WHERE c.reader = p_reader AND c.lane = p_lane AND c.seq = p_from
    RETURNING c.attempts
$$;

-- Locks the lane of a key and gives the key's oldest dead letter; no row when there is none.
CREATE FUNCTION events.recall(p_reader text, p_key text)
RETURNS TABLE (seq bigint, id uuid, type text, version integer, at timestamptz, org_id uuid, key text, actor uuid,
               request text, trace text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM events.cursors AS c WHERE c.reader = p_reader AND c.lane = events.lane_of(p_key) FOR UPDATE;
    RETURN QUERY
    SELECT p.seq, p.id, p.type, p.version, p.at, p.org_id, p.key, p.actor, p.request, p.trace, p.data
      FROM events.parked AS p
     WHERE p.reader = p_reader AND p.key = p_key
     ORDER BY p.seq
     LIMIT 1;
END $$;

-- Takes a dead letter away, in the transaction of its late effect; fails when it is gone already.
CREATE FUNCTION events.unpark(p_reader text, p_seq bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM events.parked AS p WHERE p.reader = p_reader AND p.seq = p_seq;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'dead letter % of reader % is gone', p_seq, p_reader USING ERRCODE = 'VT001';
    END IF;
END $$;

-- The dead letters, the oldest first.
CREATE FUNCTION events.dead_letters(p_limit integer)
RETURNS TABLE (reader text, seq bigint, id uuid, type text, at timestamptz, org_id uuid, key text, reason text,
               parked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.reader, p.seq, p.id, p.type, p.at, p.org_id, p.key, p.reason, p.parked_at
      FROM events.parked AS p ORDER BY p.parked_at, p.seq LIMIT p_limit
$$;

-- How each active reader stands: when the oldest event that it has not read was written, how many lanes wait after a
-- failure, why, and how many dead letters there are.
CREATE FUNCTION events.standing()
RETURNS TABLE (reader text, oldest_unread_at timestamptz, failing integer, last_error text, parked bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.name,
           min(unread.at),
           count(*) FILTER (WHERE c.attempts > 0)::integer,
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

-- Keeps partitions ahead of the log, moves the log on to the next one when the current one is old enough, and drops
-- those that are past retention and behind every cursor. Answers how many were dropped.
CREATE FUNCTION events.maintain(p_retention interval, p_rotation interval, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    width bigint := events.partition_width();
    last bigint;
    current bigint;
    old bigint;
    unread boolean;
    dropped integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7003, 0) THEN
        RETURN 0;
    END IF;
    SELECT s.last_value INTO last FROM events.log_seq_seq AS s;
    current := last / width;
    PERFORM events.add_partition(n)
       FROM generate_series(current + 1, current + 3) AS n
      WHERE NOT EXISTS (SELECT FROM events.partitions AS p WHERE p.number = n);
    -- Only from the first half, far from where concurrent writers could reach the next partition by themselves.
    IF last % width BETWEEN 2 AND width / 2
       AND EXISTS (SELECT FROM events.partitions AS p
                    WHERE p.number = current AND p.opened_at <= p_now - p_rotation) THEN
        PERFORM setval('events.log_seq_seq', (current + 1) * width, true);
        current := current + 1;
    END IF;
    UPDATE events.partitions AS p SET opened_at = p_now WHERE p.number = current AND p.opened_at IS NULL;
    UPDATE events.partitions AS p SET closed_at = p_now WHERE p.number < current AND p.closed_at IS NULL;
    FOR old IN SELECT p.number FROM events.partitions AS p
                WHERE p.closed_at <= p_now - p_retention ORDER BY p.number LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM events.cursors AS c WHERE EXISTS '
            || '(SELECT FROM events.%I AS l WHERE l.lane = c.lane AND l.seq > c.seq))', 'log_' || old) INTO unread;
        EXIT WHEN unread OR old * width > events.horizon() - width;
        EXECUTE format('DROP TABLE events.%I', 'log_' || old);
        DELETE FROM events.partitions AS p WHERE p.number = old;
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

-- What only the kernel does.
REVOKE EXECUTE ON FUNCTION
    events.add_partition(bigint),
    events.page(uuid, bigint, text[], integer),
    events.tail(bigint, uuid[], integer),
    events.retire(text),
    events.dead_letters(integer),
    events.maintain(interval, interval, timestamptz)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    events.page(uuid, bigint, text[], integer),
    events.tail(bigint, uuid[], integer),
    events.retire(text),
    events.dead_letters(integer),
    events.maintain(interval, interval, timestamptz)
    TO vertebra_kernel;

-- The domain that lists events owns nothing here either: it reads the granted org's rows.
REVOKE ALL ON ALL TABLES IN SCHEMA events FROM vertebra_events;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA events FROM vertebra_events;
ALTER DEFAULT PRIVILEGES IN SCHEMA events REVOKE ALL ON TABLES FROM vertebra_events;
GRANT SELECT ON events.log TO vertebra_events;
GRANT USAGE ON SCHEMA events TO PUBLIC;
