-- What every transaction of a domain shares: the replies kept under idempotency keys, the epochs of principals and
-- sessions, and the closing step that writes both together with the audit record and the events.

-- A reply kept for a client's key, for a day. A row without a response stands for an answer that is shown once.
CREATE TABLE kernel.idempotency (
  caller uuid NOT NULL,
  key text NOT NULL,
  operation text NOT NULL,
  fingerprint bytea NOT NULL,
  response bytea,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_pkey PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_created_idx ON kernel.idempotency USING brin (created_at);

-- A number per subject (a principal, a session, or nil for the platform's policy values) that grows whenever rights or
-- state change. Rows that are not pushed yet are pushed to Redis again by every node's sweep.
CREATE TABLE kernel.epochs (
  subject uuid NOT NULL,
  epoch bigint NOT NULL,
  pushed boolean NOT NULL DEFAULT false,
  CONSTRAINT epochs_pkey PRIMARY KEY (subject)
);
CREATE INDEX epochs_unpushed_idx ON kernel.epochs (subject) WHERE NOT pushed;

-- Looks for the reply under a key, once no other transaction holds the key. The lock comes first and the look is a
-- statement of its own, with a snapshot of its own, so that it sees what the former holder committed.
-- Fails with VB409 while another transaction holds the key: what was sent after it then does not run.
CREATE FUNCTION kernel.seek(
  p_caller uuid, p_key text, OUT fingerprint bytea, OUT response bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_free boolean := pg_try_advisory_xact_lock(hashtextextended(p_key, hashtextextended(p_caller::text, 0)));
BEGIN
  SELECT i.fingerprint, i.response INTO fingerprint, response
  FROM kernel.idempotency i WHERE i.caller = p_caller AND i.key = p_key;
  IF NOT FOUND AND NOT v_free THEN
    RAISE EXCEPTION 'the key is in use' USING ERRCODE = 'VB409';
  END IF;
END $$;

-- The same after a connection was lost: waits until the lost transaction has ended, one way or the other.
CREATE FUNCTION kernel.outcome(
  p_caller uuid, p_key text, OUT fingerprint bytea, OUT response bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_key, hashtextextended(p_caller::text, 0)));
  SELECT i.fingerprint, i.response INTO fingerprint, response
  FROM kernel.idempotency i WHERE i.caller = p_caller AND i.key = p_key;
END $$;

-- Raises the epochs of these subjects, in one order for all, and answers them in the order asked.
CREATE FUNCTION kernel.touch(p_subjects uuid[]) RETURNS bigint[]
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH raised AS (
    INSERT INTO kernel.epochs AS e (subject, epoch)
    SELECT DISTINCT s, 1 FROM unnest(p_subjects) s ORDER BY s
    ON CONFLICT (subject) DO UPDATE SET epoch = e.epoch + 1, pushed = false
    RETURNING subject, epoch
  )
  SELECT array_agg(r.epoch ORDER BY a.place)
  FROM unnest(p_subjects) WITH ORDINALITY a (subject, place) JOIN raised r USING (subject)
$$;

-- The closing step of a transaction, one statement before COMMIT: reply, epochs, audit record, events. What is null is
-- left out. It writes the rows of audit.append and events.append itself, as a call of each would cost as much again, and
-- only several events at once go through events.append. Both logs' locks are taken in one step before their rows and
-- after everything that may wait: from there on readers wait for this transaction.
CREATE FUNCTION kernel.finish(
  p_at timestamptz, p_actor uuid, p_request text,
  p_audit uuid, p_chain uuid, p_org uuid, p_actor_kind text, p_role text, p_action text, p_target text,
  p_platform boolean,
  p_key text, p_fingerprint bytea, p_response bytea,
  p_touched uuid[],
  p_events uuid[], p_types text[], p_versions int[], p_orgs uuid[], p_keys text[], p_data text[], p_trace text
) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.org', true), '')::uuid;
  v_epochs bigint[];
BEGIN
  IF p_key IS NOT NULL THEN
    INSERT INTO kernel.idempotency (caller, key, operation, fingerprint, response, created_at)
    VALUES (p_actor, p_key, p_action, p_fingerprint, p_response, p_at);
  END IF;
  IF p_touched IS NOT NULL THEN
    v_epochs := kernel.touch(p_touched);
  END IF;
  IF p_audit IS NOT NULL AND p_events IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(7002, (a.last_value & 2147483647)::int),
            pg_advisory_xact_lock_shared(7001, (e.last_value & 2147483647)::int)
    FROM audit.records_seq_seq a, events.log_seq_seq e;
  ELSIF p_audit IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(7002, (a.last_value & 2147483647)::int) FROM audit.records_seq_seq a;
  END IF;
  IF p_audit IS NOT NULL THEN
    INSERT INTO audit.records
      (id, chain, org_id, at, actor_kind, actor, role, action, target, outcome, reason, request, platform)
    VALUES (p_audit, coalesce(v_tenant, p_chain), coalesce(v_tenant, p_org), p_at, p_actor_kind, p_actor, p_role,
      p_action, p_target, 'done', NULL, p_request, p_platform);
  END IF;
  IF p_audit IS NOT NULL AND cardinality(p_events) = 1 THEN
    INSERT INTO events.log (lane, id, type, version, at, org_id, key, actor, request, trace, data)
    VALUES (events.lane_of(p_keys[1]), p_events[1], p_types[1], p_versions[1], p_at, p_orgs[1], p_keys[1], p_actor,
      p_request, p_trace, p_data[1]::jsonb);
  ELSIF p_events IS NOT NULL THEN
    PERFORM events.append(p_events, p_types, p_versions, p_orgs, p_keys, p_data, p_at, p_actor, p_request, p_trace);
  END IF;
  RETURN v_epochs;
END $$;

-- Forgets replies that were kept long enough; at most some thousands at a time.
CREATE FUNCTION kernel.forget_replies(p_before timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM kernel.idempotency WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM kernel.idempotency WHERE created_at < p_before LIMIT 5000 FOR UPDATE SKIP LOCKED))
    RETURNING 1
  )
  SELECT count(*) FROM gone
$$;
