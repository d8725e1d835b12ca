-- Work by the clock. A job is run by one owner at a time: it holds a lease, and a fencing token that grows with every
-- claim and that each of its transactions checks. A lease that ran out lets another node claim; the token then refuses
-- what the first one still tries.

CREATE SCHEMA IF NOT EXISTS jobs;

CREATE TABLE jobs.jobs (
    name          text PRIMARY KEY,
    handler       text NOT NULL,
    arguments     text NOT NULL DEFAULT '',
    schedule      text NOT NULL,
    next_run_at   timestamptz,
    owner         text,
    token         bigint NOT NULL DEFAULT 0,
    lease_until   timestamptz,
    attempts      integer NOT NULL DEFAULT 0,
    runs          bigint NOT NULL DEFAULT 0,
    failures      bigint NOT NULL DEFAULT 0,
    last_start_at timestamptz,
    last_end_at   timestamptz,
    last_error    text,
    last_error_at timestamptz
) WITH (fillfactor = 50);

COMMENT ON COLUMN jobs.jobs.next_run_at IS
    'When it is due; null while it runs, unless it was asked for again, and for a one-off that gave up';
COMMENT ON COLUMN jobs.jobs.schedule IS
    'As the code that registered it says; ''once'' for a one-off, whose row goes when it succeeded';
COMMENT ON COLUMN jobs.jobs.token IS 'Grows with every claim; whoever holds an older one is refused';

ALTER TABLE jobs.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY jobs_owner ON jobs.jobs TO CURRENT_USER USING (true) WITH CHECK (true);

-- Registers a repeated job. What is there keeps its place, unless its schedule is another one by now.
CREATE FUNCTION jobs.register(p_name text, p_schedule text, p_next_run_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO jobs.jobs AS j (name, handler, schedule, next_run_at) VALUES (p_name, p_name, p_schedule, p_next_run_at)
        ON CONFLICT (name) DO UPDATE SET schedule = excluded.schedule, next_run_at = excluded.next_run_at
        WHERE j.schedule <> excluded.schedule
$$;

-- Asks for a one-off run, in the caller's transaction. The same name twice is one job, at the earlier time; asked for
-- while it runs, it runs once more.
CREATE FUNCTION jobs.submit(p_name text, p_handler text, p_arguments text, p_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO jobs.jobs AS j (name, handler, arguments, schedule, next_run_at)
        VALUES (p_name, p_handler, p_arguments, 'once', p_at)
        ON CONFLICT (name) DO UPDATE
           SET next_run_at = least(j.next_run_at, excluded.next_run_at),
               arguments = CASE WHEN j.schedule = 'once' THEN excluded.arguments ELSE j.arguments END
$$;

-- Gives one due job of these handlers that nobody holds, or whose lease ran out, to this owner.
CREATE FUNCTION jobs.claim(p_handlers text[], p_owner text, p_lease_ms bigint, p_now timestamptz)
RETURNS TABLE (name text, handler text, arguments text, schedule text, token bigint, attempts integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE jobs.jobs AS j
       SET owner = p_owner, token = j.token + 1,
           lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond',
           next_run_at = NULL, last_start_at = p_now, runs = j.runs + 1
     WHERE j.name = (SELECT d.name FROM jobs.jobs AS d
                      WHERE d.handler = ANY (p_handlers)
                        AND (d.owner IS NULL AND d.next_run_at <= p_now
                             OR d.owner IS NOT NULL AND d.lease_until <= clock_timestamp())
                      ORDER BY d.next_run_at NULLS FIRST
                      LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING j.name, j.handler, j.arguments, j.schedule, j.token, j.attempts
$$;

-- Refuses an owner whose job was claimed by another since, and keeps others from claiming it until this transaction
-- ends.
CREATE FUNCTION jobs.guard(p_name text, p_token bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM jobs.jobs AS j WHERE j.name = p_name AND j.token = p_token AND j.owner IS NOT NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'job % belongs to another run by now', p_name USING ERRCODE = 'VT003';
    END IF;
END $$;

-- Lengthens a lease; false when the job belongs to another run by now.
CREATE FUNCTION jobs.renew(p_name text, p_token bigint, p_lease_ms bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE jobs.jobs AS j SET lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
     WHERE j.name = p_name AND j.token = p_token AND j.owner IS NOT NULL;
    RETURN FOUND;
END $$;

-- Ends a run and lets the job go; false when it belongs to another run by now. A one-off that succeeded is removed.
CREATE FUNCTION jobs.finish(p_name text, p_token bigint, p_now timestamptz, p_next_run_at timestamptz, p_error text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_error IS NULL THEN
        DELETE FROM jobs.jobs AS j
         WHERE j.name = p_name AND j.token = p_token AND j.schedule = 'once' AND j.next_run_at IS NULL;
        IF FOUND THEN
            RETURN true;
        END IF;
    END IF;
    UPDATE jobs.jobs AS j
       SET owner = NULL, lease_until = NULL, last_end_at = p_now,
           next_run_at = least(j.next_run_at, p_next_run_at),
           attempts = CASE WHEN p_error IS NULL THEN 0 ELSE j.attempts + 1 END,
           failures = j.failures + CASE WHEN p_error IS NULL THEN 0 ELSE 1 END,
           last_error = coalesce(left(p_error, 1000), j.last_error),
           last_error_at = CASE WHEN p_error IS NULL THEN j.last_error_at ELSE p_now END
     WHERE j.name = p_name AND j.token = p_token AND j.owner IS NOT NULL;
    RETURN FOUND;
END $$;

-- How each job stands.
CREATE FUNCTION jobs.standing()
RETURNS TABLE (name text, schedule text, next_run_at timestamptz, running_on text, attempts integer, runs bigint,
               failures bigint, last_start_at timestamptz, last_end_at timestamptz, last_error text,
               last_error_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT j.name, j.schedule, j.next_run_at, CASE WHEN j.lease_until > clock_timestamp() THEN j.owner END, j.attempts,
           j.runs, j.failures, j.last_start_at, j.last_end_at, j.last_error, j.last_error_at
      FROM jobs.jobs AS j ORDER BY j.name
$$;

-- Lets a job run as soon as it can: a repeated one ahead of its time, or a one-off that gave up.
CREATE FUNCTION jobs.run_now(p_name text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE jobs.jobs AS j SET next_run_at = p_now, attempts = 0 WHERE j.name = p_name;
    RETURN FOUND;
END $$;

-- What only the kernel does.
REVOKE EXECUTE ON FUNCTION
    jobs.register(text, text, timestamptz),
    jobs.claim(text[], text, bigint, timestamptz),
    jobs.renew(text, bigint, bigint),
    jobs.finish(text, bigint, timestamptz, timestamptz, text),
    jobs.run_now(text, timestamptz)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    jobs.register(text, text, timestamptz),
    jobs.claim(text[], text, bigint, timestamptz),
    jobs.renew(text, bigint, bigint),
    jobs.finish(text, bigint, timestamptz, timestamptz, text),
    jobs.run_now(text, timestamptz)
    TO vertebra_kernel;
GRANT USAGE ON SCHEMA jobs TO PUBLIC;
