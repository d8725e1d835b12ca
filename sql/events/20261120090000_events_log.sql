-- The event log: what happened, appended in the transaction of the change and never altered.
--
-- Order is the sequence up to a horizon below which no writer is still open. A writer takes a shared advisory lock that
-- names the sequence's value at that moment, in a step of its own, before it takes a number; so every number at or
-- below (last value - distance to the oldest lock) is either committed or will never appear.

CREATE SCHEMA IF NOT EXISTS events;

CREATE SEQUENCE events.log_seq_seq AS bigint CACHE 1;
-- From the first event on, last_value is a number that was given away.
SELECT setval('events.log_seq_seq', 1, true);

CREATE TABLE events.log (
    seq     bigint      NOT NULL DEFAULT nextval('events.log_seq_seq'),
    lane    smallint    NOT NULL,
    id      uuid        NOT NULL,
    type    text        NOT NULL,
    version integer     NOT NULL,
    at      timestamptz NOT NULL,
    org_id  uuid,
    key     text        NOT NULL,
    actor   uuid        NOT NULL,
    request text        NOT NULL,
    trace   text,
    data    jsonb       NOT NULL,
    CONSTRAINT log_pkey PRIMARY KEY (seq),
    CONSTRAINT log_lane_in_range CHECK (lane BETWEEN 0 AND 15)
) PARTITION BY RANGE (seq);

COMMENT ON TABLE events.log IS 'Append-only; written through events.append alone, removed by dropping partitions alone';

CREATE INDEX log_lane_idx ON events.log (lane, seq);
CREATE INDEX log_org_idx ON events.log (org_id, seq) WHERE org_id IS NOT NULL;

CREATE TABLE events.partitions (
    number    bigint PRIMARY KEY,
    opened_at timestamptz,
    closed_at timestamptz
);

COMMENT ON TABLE events.partitions IS
    'Number n holds [n * width, (n + 1) * width); opened when the log came to it, closed when the log moved on';

CREATE FUNCTION events.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % refused', TG_OP USING ERRCODE = '42501';
END $$;

CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE ON events.log
    FOR EACH ROW EXECUTE FUNCTION events.refuse_change();
CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON events.log
    FOR EACH STATEMENT EXECUTE FUNCTION events.refuse_change();

ALTER TABLE events.log ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.log FORCE ROW LEVEL SECURITY;
CREATE POLICY log_owner ON events.log TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY log_tenant ON events.log FOR SELECT
    USING (org_id = nullif((SELECT current_setting('app.org', true)), '')::uuid
        OR (SELECT current_setting('app.platform', true)) = 'on');

ALTER TABLE events.partitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.partitions FORCE ROW LEVEL SECURITY;
CREATE POLICY partitions_owner ON events.partitions TO CURRENT_USER USING (true) WITH CHECK (true);

-- How many numbers a partition holds.
CREATE FUNCTION events.partition_width() RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 10000000::bigint';

-- Makes a partition. Whoever reads it directly, beside the log, sees nothing.
CREATE FUNCTION events.add_partition(p_number bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part text := 'log_' || p_number;
BEGIN
    EXECUTE format('CREATE TABLE events.%I PARTITION OF events.log FOR VALUES FROM (%s) TO (%s)',
        part, p_number * events.partition_width(), (p_number + 1) * events.partition_width());
    EXECUTE format('ALTER TABLE events.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE events.%I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE POLICY %I ON events.%I TO CURRENT_USER USING (true) WITH CHECK (true)',
        part || '_owner', part);
    EXECUTE format('CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON events.%I '
        || 'FOR EACH STATEMENT EXECUTE FUNCTION events.refuse_change()', part);
    INSERT INTO events.partitions (number) VALUES (p_number);
END $$;

SELECT events.add_partition(number) FROM generate_series(0, 3) AS number;
UPDATE events.partitions SET opened_at = now() WHERE number = 0;

-- Which of the sixteen lanes a key's events stand in.
CREATE FUNCTION events.lane_of(p_key text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT (hashtextextended(p_key, 0) & 15)::smallint';

-- Appends the events of one transaction, in the order of the arrays. The lock is its own step before the rows.
CREATE FUNCTION events.append(
    p_ids uuid[], p_types text[], p_versions integer[], p_orgs uuid[], p_keys text[], p_data text[],
    p_at timestamptz, p_actor uuid, p_request text, p_trace text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF cardinality(p_ids) = 0 THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7001, (s.last_value & 2147483647)::integer) FROM events.log_seq_seq AS s;
    INSERT INTO events.log (lane, id, type, version, at, org_id, key, actor, request, trace, data)
    SELECT events.lane_of(e.key), e.id, e.type, e.version, p_at, e.org_id, e.key, p_actor, p_request, p_trace,
           e.data::jsonb
      FROM unnest(p_ids, p_types, p_versions, p_orgs, p_keys, p_data) WITH ORDINALITY
           AS e (id, type, version, org_id, key, data, place)
     ORDER BY e.place;
END $$;

-- The number up to which the log is complete: first the last number given away, then who is still writing. A writer
-- that locked a later number than the one read here is ahead and holds nothing back.
CREATE FUNCTION events.horizon() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint;
    low bigint;
BEGIN
    SELECT s.last_value INTO h FROM events.log_seq_seq AS s;
    SELECT max(w.distance) INTO low
      FROM (SELECT (h - l.objid::bigint) & 2147483647 AS distance
              FROM pg_locks AS l
             WHERE l.locktype = 'advisory' AND l.classid = 7001 AND l.objsubid = 2
               AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())) AS w
     WHERE w.distance < 1073741824;
    RETURN h - coalesce(low, 0);
END $$;

-- The oldest number that is kept; 0 while nothing was dropped.
CREATE FUNCTION events.kept_from() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(min(p.number), 0) * events.partition_width() FROM events.partitions AS p
$$;

-- One org's events after a cursor and up to the horizon, the oldest first. The last row has no type: its seq is the
-- horizon that was read up to, for comparison only, never a cursor. Fails when events after the cursor may be gone.
CREATE FUNCTION events.page(p_org uuid, p_after bigint, p_types text[], p_limit integer)
RETURNS TABLE (seq bigint, id uuid, type text, version integer, at timestamptz, org_id uuid, key text, actor uuid,
               request text, trace text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
BEGIN
    IF p_after > 0 AND p_after < events.kept_from() THEN
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

-- The granted org's events after a cursor, for the domain that lists them.
CREATE FUNCTION events.granted_page(p_after bigint, p_types text[], p_limit integer)
RETURNS TABLE (seq bigint, id uuid, type text, version integer, at timestamptz, org_id uuid, key text, actor uuid,
               request text, trace text, data jsonb)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.seq, p.id, p.type, p.version, p.at, p.org_id, p.key, p.actor, p.request, p.trace, p.data
      FROM events.page(nullif(current_setting('app.org', true), '')::uuid, p_after, p_types, p_limit) AS p
     WHERE p.type IS NOT NULL
$$;

-- The newest event up to a horizon; 0 when there is none.
CREATE FUNCTION events.newest(p_horizon bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(l.seq), 0) FROM events.log AS l WHERE l.seq <= p_horizon
$$;

-- What was appended after a place in the log, for some orgs. The last row has no type: its seq is the last row that was
-- passed, wanted or not, where the next look begins; absent when nothing was passed.
CREATE FUNCTION events.tail(p_after bigint, p_orgs uuid[], p_limit integer)
RETURNS TABLE (seq bigint, id uuid, type text, version integer, at timestamptz, org_id uuid, key text, actor uuid,
               request text, trace text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint := events.horizon();
    upper bigint;
BEGIN
    SELECT max(w.seq) INTO upper
      FROM (SELECT l.seq FROM events.log AS l WHERE l.seq > p_after AND l.seq <= h ORDER BY l.seq LIMIT p_limit) AS w;
    IF upper IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT l.seq, l.id, l.type, l.version, l.at, l.org_id, l.key, l.actor, l.request, l.trace, l.data
      FROM events.log AS l
     WHERE l.seq > p_after AND l.seq <= upper AND l.org_id = ANY (p_orgs)
     ORDER BY l.seq;
    RETURN QUERY SELECT upper, null::uuid, null::text, null::integer, null::timestamptz, null::uuid, null::text,
                        null::uuid, null::text, null::text, null::jsonb;
END $$;
