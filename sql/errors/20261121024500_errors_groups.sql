-- Failures that nobody expected, grouped by fingerprint: how often, since when, and what the newest was like. Every text
-- comes here scrubbed. The number of groups is bounded: resolved ones go first, then those not seen for longest.

CREATE SCHEMA IF NOT EXISTS errors;

CREATE TABLE errors.groups (
    id          uuid PRIMARY KEY,
    type        text NOT NULL,
    place       text NOT NULL,
    operation   text NOT NULL,
    message     text NOT NULL,
    stack       text NOT NULL,
    count       bigint NOT NULL,
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    request_id  text,
    node        text NOT NULL,
    version     text NOT NULL,
    resolved_at timestamptz
) WITH (fillfactor = 50);

COMMENT ON COLUMN errors.groups.id IS 'The fingerprint: of type, place in our code and operation';
COMMENT ON COLUMN errors.groups.resolved_at IS 'When a person said that it is mended; null again once it happens again';

CREATE INDEX groups_last_seen_idx ON errors.groups (last_seen DESC, id DESC);

CREATE TABLE errors.losses (
    node    text PRIMARY KEY,
    dropped bigint NOT NULL,
    last_at timestamptz NOT NULL
);

COMMENT ON TABLE errors.losses IS 'How many failures of each node were too many to be kept';

ALTER TABLE errors.groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE errors.groups FORCE ROW LEVEL SECURITY;
CREATE POLICY groups_owner ON errors.groups TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE errors.losses ENABLE ROW LEVEL SECURITY;
ALTER TABLE errors.losses FORCE ROW LEVEL SECURITY;
CREATE POLICY losses_owner ON errors.losses TO CURRENT_USER USING (true) WITH CHECK (true);

-- Notes what a node saw since it noted last, and what it could not keep. In the order of the ids, so that two nodes never
-- wait for each other.
CREATE FUNCTION errors.note(p_groups jsonb, p_node text, p_version text, p_dropped bigint, p_groups_max integer)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO errors.groups AS g
           (id, type, place, operation, message, stack, count, first_seen, last_seen, request_id, node, version)
    SELECT n.id, n.type, n.place, n.operation, n.message, n.stack, n.count, n.first_seen, n.last_seen, n.request_id,
           p_node, p_version
      FROM jsonb_to_recordset(p_groups) AS n (id uuid, type text, place text, operation text, message text, stack text,
           count bigint, first_seen timestamptz, last_seen timestamptz, request_id text)
     ORDER BY n.id
        ON CONFLICT (id) DO UPDATE
       SET message = excluded.message, stack = excluded.stack, count = g.count + excluded.count,
           first_seen = least(g.first_seen, excluded.first_seen), last_seen = greatest(g.last_seen, excluded.last_seen),
           request_id = excluded.request_id, node = excluded.node, version = excluded.version, resolved_at = NULL;
    IF p_dropped > 0 THEN
        INSERT INTO errors.losses AS l (node, dropped, last_at) VALUES (p_node, p_dropped, clock_timestamp())
            ON CONFLICT (node) DO UPDATE SET dropped = l.dropped + excluded.dropped, last_at = excluded.last_at;
    END IF;
    DELETE FROM errors.groups AS g
     WHERE g.id IN (SELECT o.id FROM errors.groups AS o
                     ORDER BY o.resolved_at IS NOT NULL, o.last_seen DESC OFFSET p_groups_max);
END $$;

-- Groups before a place, the newest first: open ones or resolved ones.
CREATE FUNCTION errors.list(p_resolved boolean, p_before timestamptz, p_before_id uuid, p_limit integer)
RETURNS SETOF errors.groups
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.* FROM errors.groups AS g
     WHERE (g.resolved_at IS NOT NULL) = p_resolved
       AND (p_before IS NULL OR (g.last_seen, g.id) < (p_before, p_before_id))
     ORDER BY g.last_seen DESC, g.id DESC
     LIMIT p_limit
$$;

CREATE FUNCTION errors.find(p_id uuid) RETURNS SETOF errors.groups
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.* FROM errors.groups AS g WHERE g.id = p_id
$$;

-- Notes that a group is mended; one that is resolved keeps its time.
CREATE FUNCTION errors.resolve(p_id uuid, p_now timestamptz) RETURNS SETOF errors.groups
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE errors.groups AS g SET resolved_at = coalesce(g.resolved_at, p_now) WHERE g.id = p_id RETURNING g.*
$$;

CREATE FUNCTION errors.dropped(p_after text, p_limit integer)
RETURNS TABLE (node text, dropped bigint, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.node, l.dropped, l.last_at FROM errors.losses AS l WHERE l.node > p_after ORDER BY l.node LIMIT p_limit
$$;

REVOKE EXECUTE ON FUNCTION
    errors.note(jsonb, text, text, bigint, integer),
    errors.list(boolean, timestamptz, uuid, integer),
    errors.find(uuid),
    errors.resolve(uuid, timestamptz),
    errors.dropped(text, integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION errors.note(jsonb, text, text, bigint, integer) TO vertebra_kernel;
GRANT EXECUTE ON FUNCTION
    errors.list(boolean, timestamptz, uuid, integer),
    errors.find(uuid),
    errors.resolve(uuid, timestamptz),
    errors.dropped(text, integer)
    TO vertebra_oracle;
GRANT USAGE ON SCHEMA errors TO PUBLIC;
