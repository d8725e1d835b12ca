-- What happens before anybody signed in. Each function takes a proof or an address, runs as the owner, and lets the
-- rest of the transaction see exactly the person that the proof is for.

CREATE FUNCTION accounts.enter(p_person uuid) RETURNS void
LANGUAGE sql AS $$
    SELECT set_config('app.person', p_person::text, true)
$$;

-- Registers an address. Known and verified: nothing changes. Known and unverified: only a further token.
CREATE FUNCTION accounts.register(
    p_id uuid, p_email text, p_address text, p_name text, p_hash text, p_digest bytea, p_expires timestamptz, p_now timestamptz)
RETURNS TABLE (person_id uuid, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_verified timestamptz;
BEGIN
    INSERT INTO accounts.people AS p (id, email, address, name, created_at)
    VALUES (p_id, p_email, p_address, p_name, p_now)
    ON CONFLICT (address) DO NOTHING;
    IF FOUND THEN
        INSERT INTO accounts.passwords (person_id, hash, changed_at) VALUES (p_id, p_hash, p_now);
        INSERT INTO accounts.settings (person_id, theme, time_zone, product_mail)
        VALUES (p_id, 'SYSTEM', 'UTC', false);
        person_id := p_id;
        outcome := 'new';
    ELSE
        SELECT p.id, p.verified_at INTO person_id, v_verified
          FROM accounts.people p WHERE p.address = p_address FOR UPDATE;
        outcome := CASE WHEN v_verified IS NULL THEN 'pending' ELSE 'known' END;
    END IF;
    IF outcome <> 'known' THEN
        INSERT INTO accounts.mail_tokens (digest, person_id, purpose, name, hash, expires_at)
        VALUES (p_digest, person_id, 'verify', p_name, p_hash, p_expires);
        PERFORM accounts.enter(person_id);
    END IF;
    RETURN NEXT;
END $$;

-- What signing in with this address is checked against.
CREATE FUNCTION accounts.find_login(p_address text)
RETURNS TABLE (person_id uuid, hash text, verified boolean, operator boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id, w.hash, p.verified_at IS NOT NULL, p.operator
      FROM accounts.people p JOIN accounts.passwords w ON w.person_id = p.id
     WHERE p.address = p_address
$$;

-- Starts a session for who knew the password that this hash is of; no row when it was changed meanwhile.
CREATE FUNCTION accounts.start_session(
    p_person uuid, p_hash text, p_session uuid, p_address text, p_agent text, p_expires timestamptz, p_now timestamptz)
RETURNS TABLE (session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM accounts.passwords w WHERE w.person_id = p_person AND w.hash = p_hash FOR SHARE;
    IF FOUND THEN
        INSERT INTO accounts.sessions (id, person_id, address, agent, created_at, last_seen_at, expires_at,
                                       generation, branch, parent_branch, branched_at)
        VALUES (p_session, p_person, p_address, p_agent, p_now, p_now, p_expires, 1, 0, 0, p_now);
        PERFORM accounts.enter(p_person);
        session_id := p_session;
        RETURN NEXT;
    END IF;
END $$;

-- The session that a sealed refresh token names, as it stands.
CREATE FUNCTION accounts.find_session(p_session uuid)
RETURNS TABLE (person_id uuid, operator boolean, created_at timestamptz, expires_at timestamptz, ended_at timestamptz,
               generation integer, branch smallint, parent_branch smallint, branched_at timestamptz,
               rotated integer[], rotated_from smallint[], rotated_at timestamptz[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.person_id, p.operator, s.created_at, s.expires_at, s.ended_at,
           s.generation, s.branch, s.parent_branch, s.branched_at, s.rotated, s.rotated_from, s.rotated_at
      FROM accounts.sessions s JOIN accounts.people p ON p.id = s.person_id
     WHERE s.id = p_session
$$;

-- The same, held until the transaction ends, which then acts for its person.
CREATE FUNCTION accounts.lock_session(p_session uuid)
RETURNS TABLE (person_id uuid, operator boolean, created_at timestamptz, expires_at timestamptz, ended_at timestamptz,
               generation integer, branch smallint, parent_branch smallint, branched_at timestamptz,
               rotated integer[], rotated_from smallint[], rotated_at timestamptz[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM accounts.enter(s.person_id) FROM accounts.sessions s WHERE s.id = p_session FOR UPDATE;
    RETURN QUERY SELECT * FROM accounts.find_session(p_session);
END $$;

-- Makes a token that sets a new password; no row when nobody has the address.
CREATE FUNCTION accounts.forget_password(p_address text, p_digest bytea, p_expires timestamptz)
RETURNS TABLE (person_id uuid, email text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH found AS (SELECT p.id, p.email FROM accounts.people p WHERE p.address = p_address),
         token AS (INSERT INTO accounts.mail_tokens (digest, person_id, purpose, expires_at)
                   SELECT p_digest, f.id, 'reset', p_expires FROM found f)
    SELECT f.id, f.email FROM found f;
    PERFORM accounts.enter(p.id) FROM accounts.people p WHERE p.address = p_address;
END $$;

-- Whose token this is, without using it up.
CREATE FUNCTION accounts.peek_token(p_digest bytea, p_purpose text, p_now timestamptz)
RETURNS TABLE (person_id uuid, email text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id, p.email, p.name
      FROM accounts.mail_tokens t JOIN accounts.people p ON p.id = t.person_id
     WHERE t.digest = p_digest AND t.purpose = p_purpose AND t.expires_at > p_now
$$;

-- Uses a token up, and lets the transaction act for its person; no row when it is unknown, used or too old.
CREATE FUNCTION accounts.take_token(p_digest bytea, p_purpose text, p_now timestamptz)
RETURNS TABLE (person_id uuid, email text, verified boolean, name text, hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person uuid;
BEGIN
    SELECT t.person_id INTO v_person FROM accounts.mail_tokens t WHERE t.digest = p_digest AND t.purpose = p_purpose;
    PERFORM 1 FROM accounts.people p WHERE p.id = v_person FOR UPDATE;
    RETURN QUERY
    WITH taken AS (DELETE FROM accounts.mail_tokens t
                    WHERE t.digest = p_digest AND t.purpose = p_purpose AND t.expires_at > p_now
                RETURNING t.person_id, t.name, t.hash)
    SELECT p.id, p.email, p.verified_at IS NOT NULL, k.name, k.hash
      FROM taken k JOIN accounts.people p ON p.id = k.person_id;
    IF FOUND THEN
        PERFORM accounts.enter(v_person);
    END IF;
END $$;

-- Fills a bucket by one attempt; answers 0, or how many seconds it stays full. A bucket takes p_limit at once and
-- empties evenly over its window.
CREATE FUNCTION accounts.count_attempt(p_key text, p_limit integer, p_seconds integer, p_now timestamptz)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_window interval := make_interval(secs => p_seconds);
    v_step   interval := make_interval(secs => p_seconds::double precision / p_limit);
    v_filled timestamptz;
BEGIN
    INSERT INTO accounts.attempts AS a (key, filled_to) VALUES (p_key, p_now + v_step)
    ON CONFLICT (key) DO UPDATE SET filled_to = greatest(a.filled_to, p_now) + v_step
     WHERE greatest(a.filled_to, p_now) + v_step <= p_now + v_window + interval '1 ms';
    IF FOUND THEN
        RETURN 0;
    END IF;
    SELECT a.filled_to INTO v_filled FROM accounts.attempts a WHERE a.key = p_key;
    RETURN greatest(1, ceil(extract(epoch FROM v_filled + v_step - p_now - v_window)));
END $$;
