-- Audit records: written by the kernel in the transaction of every change, sealed afterwards off the request path.
-- Records are never updated; what sealing adds stands in tables of its own.

CREATE SCHEMA IF NOT EXISTS audit;

-- A plain table keyed by its place in the order of writing. It becomes the first partition of a table partitioned by
-- seq when it has grown: nothing references it and every query goes by seq or by (chain, seq).
CREATE TABLE audit.records (
    seq        bigint      GENERATED ALWAYS AS IDENTITY,
    id         uuid        NOT NULL,
    chain      uuid        NOT NULL,
    org_id     uuid,
    at         timestamptz NOT NULL,
    actor_kind text        NOT NULL,
    actor      uuid        NOT NULL,
    role       text,
    action     text        NOT NULL,
    target     text,
    outcome    text        NOT NULL CONSTRAINT records_outcome_check CHECK (outcome IN ('done', 'refused')),
    reason     text,
    request    text        NOT NULL,
    platform   boolean     NOT NULL,
    CONSTRAINT records_pkey PRIMARY KEY (seq)
);
CREATE INDEX records_chain_idx ON audit.records (chain, seq);

-- One row for each sealed record: its dense place in its chain, and the hash over its canonical content and the hash
-- before it.
CREATE TABLE audit.seals (
    chain      uuid   NOT NULL,
    sequence   bigint NOT NULL,
    record_seq bigint NOT NULL CONSTRAINT seals_record_key UNIQUE,
    hash       bytea  NOT NULL,
    CONSTRAINT seals_pkey PRIMARY KEY (chain, sequence)
);

-- The public and the encrypted private halves of the keys that sign checkpoints (Ed25519).
CREATE TABLE audit.keys (
    id             text        NOT NULL,
    public_key     bytea       NOT NULL,
    sealed_private bytea       NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT keys_pkey PRIMARY KEY (id)
);

-- Signed statements that a chain had this head at this length.
CREATE TABLE audit.checkpoints (
    chain     uuid        NOT NULL,
    sequence  bigint      NOT NULL,
    head      bytea       NOT NULL,
    at        timestamptz NOT NULL,
    key_id    text        NOT NULL,
    signature bytea       NOT NULL,
    CONSTRAINT checkpoints_pkey PRIMARY KEY (chain, sequence)
);

-- The head of each chain. What the sealer keeps to go on quickly; the seals are the truth.
CREATE TABLE audit.chains (
    chain        uuid        NOT NULL,
    sequence     bigint      NOT NULL,
    hash         bytea       NOT NULL,
    checkpointed bigint      NOT NULL DEFAULT 0,
    sealed_at    timestamptz NOT NULL,
    CONSTRAINT chains_pkey PRIMARY KEY (chain)
);
CREATE INDEX chains_unsigned_idx ON audit.chains (sealed_at) WHERE sequence > checkpointed;

-- How far the sealer has come; one row.
CREATE TABLE audit.sealing (
    one        boolean NOT NULL DEFAULT true CONSTRAINT sealing_one_check CHECK (one),
    record_seq bigint  NOT NULL,
    CONSTRAINT sealing_pkey PRIMARY KEY (one)
);
INSERT INTO audit.sealing (record_seq) VALUES (0);

SELECT kernel.protect('audit.records', 'chain');
SELECT kernel.protect('audit.seals', 'chain');
SELECT kernel.protect('audit.checkpoints', 'chain');
SELECT kernel.protect('audit.chains', 'chain');

-- Nobody changes or removes what stands: neither a domain nor the owner of the tables, in no mode of replication.
SELECT kernel.append_only('audit.records');
SELECT kernel.append_only('audit.seals');
SELECT kernel.append_only('audit.checkpoints');
ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only_rows;
ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only_table;
ALTER TABLE audit.seals ENABLE ALWAYS TRIGGER append_only_rows;
ALTER TABLE audit.seals ENABLE ALWAYS TRIGGER append_only_table;
ALTER TABLE audit.checkpoints ENABLE ALWAYS TRIGGER append_only_rows;
ALTER TABLE audit.checkpoints ENABLE ALWAYS TRIGGER append_only_table;

-- Appends one record. Part of the closing flush of every change, so it does the least it can: the shared lock tells the
-- sealer that a writer is open above this place (see audit.horizon), then one row. A transaction that works in a tenant
-- writes into the tenant's chain, however it came to it (granted, founded, entered by a membership or an invitation).
CREATE FUNCTION audit.append(
    p_id uuid, p_chain uuid, p_org uuid, p_at timestamptz, p_actor_kind text, p_actor uuid, p_role text,
    p_action text, p_target text, p_outcome text, p_reason text, p_request text, p_platform boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.org', true), '')::uuid;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7002, (last_value & 2147483647)::int) FROM audit.records_seq_seq;
    INSERT INTO audit.records
        (id, chain, org_id, at, actor_kind, actor, role, action, target, outcome, reason, request, platform)
    VALUES (p_id, coalesce(tenant, p_chain), coalesce(tenant, p_org), p_at, p_actor_kind, p_actor, p_role,
            p_action, p_target, p_outcome, p_reason, p_request, p_platform);
END $$;

-- The place up to which no writer is open: every record at or below it is committed or will never be. The sequence is
-- read first, then who is writing; the records are to be read by a later statement. A writer that locked a later number
-- than the one read here is ahead and holds nothing back.
CREATE FUNCTION audit.horizon() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint;
    low bigint;
BEGIN
    SELECT last_value INTO h FROM audit.records_seq_seq;
    SELECT max(w.distance) INTO low
      FROM (SELECT (h - l.objid::bigint) & 2147483647 AS distance
              FROM pg_locks AS l
             WHERE l.locktype = 'advisory' AND l.classid = 7002 AND l.objsubid = 2
               AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())) AS w
     WHERE w.distance < 1073741824;
    RETURN h - coalesce(low, 0);
END $$;
