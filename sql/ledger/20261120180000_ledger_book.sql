-- The double-entry ledger. Every row is written once by the functions at the end of this file, inside the transaction of
-- its cause, and never changed or removed. Amounts are signed minor units: debits are positive, credits negative.

CREATE SCHEMA IF NOT EXISTS ledger;

CREATE TABLE ledger.accounts (
    org_id         uuid        NOT NULL,
    id             uuid        NOT NULL,
    code           text        NOT NULL,
    name           text        NOT NULL,
    type           text        NOT NULL
        CONSTRAINT accounts_type_check CHECK (type IN ('asset', 'liability', 'equity', 'income', 'expense')),
    side           text        NOT NULL
        GENERATED ALWAYS AS (CASE WHEN type IN ('asset', 'expense') THEN 'debit' ELSE 'credit' END) STORED,
    currency       text        NOT NULL CONSTRAINT accounts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    never_negative boolean     NOT NULL,
    opened_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    CONSTRAINT accounts_code_key UNIQUE (org_id, code, currency)
);

CREATE TABLE ledger.transactions (
    seq         bigint      GENERATED ALWAYS AS IDENTITY,
    org_id      uuid        NOT NULL,
    id          uuid        NOT NULL,
    kind        text        NOT NULL
        CONSTRAINT transactions_kind_check CHECK (kind IN ('post', 'hold', 'settle', 'void', 'expire', 'reverse')),
    code        text        NOT NULL,
    description text,
    cause       text        NOT NULL,
    refers      uuid        CONSTRAINT transactions_refers_check
        CHECK ((refers IS NULL) = (kind IN ('post', 'hold'))),
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz CONSTRAINT transactions_expires_check CHECK (expires_at IS NULL OR kind = 'hold'),
    fingerprint bytea       NOT NULL,
    CONSTRAINT transactions_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT transactions_seq_key UNIQUE (seq)
);
-- A pending transaction is resolved once, a posted one is taken back once.
CREATE UNIQUE INDEX ledger_resolved ON ledger.transactions (org_id, refers) WHERE refers IS NOT NULL;
CREATE INDEX transactions_org_idx ON ledger.transactions (org_id, seq);
CREATE INDEX transactions_cause_idx ON ledger.transactions (org_id, cause, seq);

CREATE TABLE ledger.entries (
    org_id         uuid        NOT NULL,
    account_id     uuid        NOT NULL,
    place          bigint      NOT NULL CONSTRAINT entries_place_check CHECK (place > 0),
    transaction_id uuid        NOT NULL,
    leg            smallint    NOT NULL,
    phase          text        NOT NULL
        CONSTRAINT entries_phase_check CHECK (phase IN ('posted', 'pending', 'released')),
    currency       text        NOT NULL,
    amount         bigint      NOT NULL CONSTRAINT entries_amount_check CHECK (amount <> 0),
    at             timestamptz NOT NULL,
    CONSTRAINT entries_pkey PRIMARY KEY (account_id, place),
    CONSTRAINT entries_leg_key UNIQUE (org_id, transaction_id, leg),
    CONSTRAINT entries_account_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts,
    CONSTRAINT entries_transaction_fkey FOREIGN KEY (org_id, transaction_id) REFERENCES ledger.transactions
);

-- The sums of an account up to a place: a speed-up for reading balances, which are the sums of entries with or without.
CREATE TABLE ledger.snapshots (
    org_id          uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    place           bigint      NOT NULL,
    debits_posted   bigint      NOT NULL,
    credits_posted  bigint      NOT NULL,
    debits_pending  bigint      NOT NULL,
    credits_pending bigint      NOT NULL,
    latest_at       timestamptz NOT NULL,
    CONSTRAINT snapshots_pkey PRIMARY KEY (account_id, place)
);

-- One row for each sealed transaction: its dense place in the chain of its book, and the hash over its content and the
-- hash before it.
CREATE TABLE ledger.seals (
    org_id          uuid   NOT NULL,
    sequence        bigint NOT NULL,
    transaction_seq bigint NOT NULL CONSTRAINT seals_transaction_key UNIQUE,
    hash            bytea  NOT NULL,
    CONSTRAINT seals_pkey PRIMARY KEY (org_id, sequence)
);

-- What the sealer keeps to go on quickly; the seals are the truth.
CREATE TABLE ledger.chains (
    org_id   uuid   NOT NULL,
    sequence bigint NOT NULL,
    hash     bytea  NOT NULL,
    CONSTRAINT chains_pkey PRIMARY KEY (org_id)
);
CREATE TABLE ledger.sealing (
    one             boolean NOT NULL DEFAULT true CONSTRAINT sealing_one_check CHECK (one),
    transaction_seq bigint  NOT NULL,
    CONSTRAINT sealing_pkey PRIMARY KEY (one)
);
INSERT INTO ledger.sealing (transaction_seq) VALUES (0);

-- What the expirer keeps to find reservations whose time is over; the transactions are the truth.
CREATE TABLE ledger.expiring (
    org_id         uuid        NOT NULL,
    transaction_id uuid        NOT NULL,
    expires_at     timestamptz NOT NULL,
    CONSTRAINT expiring_pkey PRIMARY KEY (org_id, transaction_id)
);
CREATE INDEX expiring_due_idx ON ledger.expiring (expires_at);

-- The simulated time of an org that is on a test clock.
CREATE TABLE ledger.clocks (
    org_id uuid        NOT NULL,
    at     timestamptz NOT NULL,
    CONSTRAINT clocks_pkey PRIMARY KEY (org_id)
);

SELECT kernel.protect('ledger.accounts', 'org_id');
SELECT kernel.protect('ledger.transactions', 'org_id');
SELECT kernel.protect('ledger.entries', 'org_id');
SELECT kernel.protect('ledger.snapshots', 'org_id');
SELECT kernel.protect('ledger.seals', 'org_id');
SELECT kernel.protect('ledger.chains', 'org_id');
SELECT kernel.protect('ledger.expiring', 'org_id');
SELECT kernel.protect('ledger.clocks', 'org_id');

-- Each statement that writes entries writes whole transactions: in each currency and phase they add up to nothing.
CREATE FUNCTION ledger.refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT n.org_id, n.transaction_id FROM written n) w
         CROSS JOIN LATERAL (
               SELECT e.currency FROM ledger.entries e
                WHERE e.org_id = w.org_id AND e.transaction_id = w.transaction_id
                GROUP BY e.currency, e.phase HAVING sum(e.amount) <> 0) differing)
    THEN
        RAISE EXCEPTION 'debits and credits differ' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_unbalanced';
    END IF;
    IF EXISTS (SELECT FROM written w JOIN ledger.accounts a ON a.id = w.account_id
                WHERE a.currency <> w.currency OR a.org_id <> w.org_id) THEN
        RAISE EXCEPTION 'an entry does not fit its account'
            USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_unknown_account';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_balance AFTER INSERT ON ledger.entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_unbalanced();

-- Nobody changes or removes what stands: neither a domain nor the owner of the tables, in no mode of replication; and
-- nobody but the functions below writes.
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['accounts', 'transactions', 'entries', 'snapshots', 'seals'] LOOP
        PERFORM kernel.append_only(('ledger.' || v_table)::regclass);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only_rows', v_table);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only_table', v_table);
    END LOOP;
END $$;
ALTER TABLE ledger.entries ENABLE ALWAYS TRIGGER entries_balance;
REVOKE INSERT ON ledger.accounts, ledger.transactions, ledger.entries, ledger.snapshots FROM vertebra_ledger;
REVOKE INSERT, UPDATE, DELETE ON ledger.clocks, ledger.expiring FROM vertebra_ledger;

-- The four sums of an account over its entries up to a place: the newest snapshot and what came after it.
CREATE FUNCTION ledger.sums(p_account uuid, p_place bigint)
RETURNS TABLE (debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint,
    tail bigint, latest_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(s.debits_posted, 0) + coalesce(t.debits_posted, 0)::bigint,
           coalesce(s.credits_posted, 0) + coalesce(t.credits_posted, 0)::bigint,
           coalesce(s.debits_pending, 0) + coalesce(t.debits_pending, 0)::bigint,
           coalesce(s.credits_pending, 0) + coalesce(t.credits_pending, 0)::bigint,
           t.tail, greatest(s.latest_at, t.latest_at)
      FROM (SELECT 1) one
      LEFT JOIN LATERAL (
            SELECT n.* FROM ledger.snapshots n WHERE n.account_id = p_account AND n.place <= p_place
             ORDER BY n.place DESC LIMIT 1) s ON true
      CROSS JOIN LATERAL (
            SELECT sum(e.amount) FILTER (WHERE e.phase = 'posted' AND e.amount > 0) AS debits_posted,
                   -sum(e.amount) FILTER (WHERE e.phase = 'posted' AND e.amount < 0) AS credits_posted,
                   sum(CASE e.phase WHEN 'pending' THEN e.amount WHEN 'released' THEN -e.amount END)
                       FILTER (WHERE e.amount > 0) AS debits_pending,
                   -sum(CASE e.phase WHEN 'pending' THEN e.amount WHEN 'released' THEN -e.amount END)
                       FILTER (WHERE e.amount < 0) AS credits_pending,
                   count(*) AS tail, max(e.at) AS latest_at
              FROM ledger.entries e
             WHERE e.account_id = p_account AND e.place > coalesce(s.place, 0) AND e.place <= p_place) t
$$;

-- The same over the entries that count at a time.
CREATE FUNCTION ledger.sums_at(p_account uuid, p_at timestamptz)
RETURNS TABLE (debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(s.debits_posted, 0) + coalesce(t.debits_posted, 0)::bigint,
           coalesce(s.credits_posted, 0) + coalesce(t.credits_posted, 0)::bigint,
           coalesce(s.debits_pending, 0) + coalesce(t.debits_pending, 0)::bigint,
           coalesce(s.credits_pending, 0) + coalesce(t.credits_pending, 0)::bigint
      FROM (SELECT 1) one
      LEFT JOIN LATERAL (
            SELECT n.* FROM ledger.snapshots n WHERE n.account_id = p_account AND n.latest_at <= p_at
             ORDER BY n.place DESC LIMIT 1) s ON true
      CROSS JOIN LATERAL (
            SELECT sum(e.amount) FILTER (WHERE e.phase = 'posted' AND e.amount > 0) AS debits_posted,
                   -sum(e.amount) FILTER (WHERE e.phase = 'posted' AND e.amount < 0) AS credits_posted,
                   sum(CASE e.phase WHEN 'pending' THEN e.amount WHEN 'released' THEN -e.amount END)
                       FILTER (WHERE e.amount > 0) AS debits_pending,
                   -sum(CASE e.phase WHEN 'pending' THEN e.amount WHEN 'released' THEN -e.amount END)
                       FILTER (WHERE e.amount < 0) AS credits_pending
              FROM ledger.entries e
             WHERE e.account_id = p_account AND e.place > coalesce(s.place, 0) AND e.at <= p_at) t
$$;

-- Refuses a caller whose transaction is not in this org and not beyond tenants.
CREATE FUNCTION ledger.enter(p_org uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('app.platform', true), '') <> 'on'
        AND coalesce(current_setting('app.org', true), '') <> p_org::text THEN
        RAISE EXCEPTION 'row-level security: this is not the book of the granted org'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- The time of an org: simulated when it is on a test clock.
CREATE FUNCTION ledger.time(p_org uuid, p_real timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT c.at FROM ledger.clocks c WHERE c.org_id = p_org), p_real)
$$;

-- Puts an org on a test clock, or moves its clock forward; null when that would move it back.
CREATE FUNCTION ledger.set_time(p_org uuid, p_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz;
BEGIN
    PERFORM ledger.enter(p_org);
    INSERT INTO ledger.clocks AS c (org_id, at) VALUES (p_org, p_at)
        ON CONFLICT (org_id) DO UPDATE SET at = excluded.at WHERE c.at <= excluded.at
        RETURNING c.at INTO v_at;
    RETURN v_at;
END $$;

-- Opens accounts that are not open yet, and answers how many were not.
CREATE FUNCTION ledger.open(
    p_org uuid, p_ids uuid[], p_codes text[], p_names text[], p_types text[], p_currency text, p_floors boolean[])
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_opened integer;
BEGIN
    PERFORM ledger.enter(p_org);
    INSERT INTO ledger.accounts (org_id, id, code, name, type, currency, never_negative)
        SELECT p_org, o.id, o.code, o.name, o.type, p_currency, o.floor
          FROM unnest(p_ids, p_codes, p_names, p_types, p_floors) o (id, code, name, type, floor)
         WHERE NOT EXISTS (SELECT FROM ledger.accounts a WHERE a.id = o.id)
         ORDER BY o.id
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_opened = ROW_COUNT;
    RETURN v_opened;
END $$;

-- Writes one transaction and answers the balances of the accounts that it touched. The accounts are locked in the order
-- of their ids, so that two postings never wait for each other; the balances are read after that. An id that is in the
-- book already answers what it answered then.
CREATE FUNCTION ledger.write(
    p_org uuid, p_id uuid, p_kind text, p_code text, p_description text, p_cause text, p_refers uuid,
    p_at timestamptz, p_real timestamptz, p_expires timestamptz,
    p_accounts uuid[], p_amounts bigint[], p_phases text[])
RETURNS TABLE (account_id uuid, code text, side text, currency text,
    debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_fingerprint bytea := sha256(convert_to(concat_ws('|', p_kind, p_code, p_cause, p_refers, p_at, p_expires,
        p_accounts, p_amounts, p_phases), 'UTF8'));
    v_before bytea;
    v_at timestamptz := p_at;
    v_latest timestamptz;
    v_locked integer;
    v_row record;
BEGIN
    PERFORM FROM ledger.accounts a WHERE a.id = ANY (p_accounts) AND a.org_id = p_org ORDER BY a.id FOR UPDATE;
    GET DIAGNOSTICS v_locked = ROW_COUNT;
    SELECT t.fingerprint INTO v_before FROM ledger.transactions t WHERE t.org_id = p_org AND t.id = p_id;
    IF FOUND THEN
        IF v_before <> v_fingerprint THEN
            RAISE EXCEPTION 'the id is in use' USING ERRCODE = 'VB409', CONSTRAINT = 'ledger_id_reused';
        END IF;
        RETURN QUERY
            SELECT a.id, a.code, a.side, a.currency, s.debits_posted, s.credits_posted, s.debits_pending,
                   s.credits_pending
              FROM (SELECT e.account_id, max(e.place) AS place FROM ledger.entries e
                     WHERE e.org_id = p_org AND e.transaction_id = p_id GROUP BY e.account_id) w
              JOIN ledger.accounts a ON a.id = w.account_id
              CROSS JOIN LATERAL ledger.sums(w.account_id, w.place) s
             ORDER BY a.id;
        RETURN;
    END IF;
    IF v_locked <> (SELECT count(DISTINCT l) FROM unnest(p_accounts) l) THEN
        RAISE EXCEPTION 'a leg names an account of another book'
            USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_unknown_account';
    END IF;

    SELECT max(e.at) INTO v_latest FROM ledger.accounts a
      CROSS JOIN LATERAL (SELECT n.at FROM ledger.entries n WHERE n.account_id = a.id ORDER BY n.place DESC LIMIT 1) e
     WHERE a.id = ANY (p_accounts) AND a.never_negative;
    IF v_at IS NULL THEN
        v_at := greatest(ledger.time(p_org, p_real), v_latest);
    ELSIF v_at < v_latest THEN
        RAISE EXCEPTION 'older than the last entry' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_backdated';
    END IF;

    PERFORM pg_advisory_xact_lock_shared(7003, (q.last_value & 2147483647)::int) FROM ledger.transactions_seq_seq q;
    INSERT INTO ledger.transactions (org_id, id, kind, code, description, cause, refers, at, expires_at, fingerprint)
        VALUES (p_org, p_id, p_kind, p_code, p_description, p_cause, p_refers, v_at, p_expires, v_fingerprint);
    INSERT INTO ledger.entries (org_id, account_id, place, transaction_id, leg, phase, currency, amount, at)
        SELECT p_org, a.id, coalesce(b.place, 0) + row_number() OVER (PARTITION BY a.id ORDER BY l.leg), p_id, l.leg,
               l.phase, a.currency, l.amount, v_at
          FROM unnest(p_accounts, p_amounts, p_phases) WITH ORDINALITY l (account_id, amount, phase, leg)
          JOIN ledger.accounts a ON a.id = l.account_id
          LEFT JOIN LATERAL (
                SELECT n.place FROM ledger.entries n WHERE n.account_id = a.id ORDER BY n.place DESC LIMIT 1) b ON true;
    IF p_expires IS NOT NULL THEN
        INSERT INTO ledger.expiring (org_id, transaction_id, expires_at) VALUES (p_org, p_id, p_expires);
    ELSIF p_refers IS NOT NULL THEN
        DELETE FROM ledger.expiring x WHERE x.org_id = p_org AND x.transaction_id = p_refers;
    END IF;

    FOR v_row IN
        SELECT a.id, a.code, a.side, a.currency, a.never_negative, w.place, s.*
          FROM ledger.accounts a
          CROSS JOIN LATERAL (
                SELECT n.place FROM ledger.entries n WHERE n.account_id = a.id ORDER BY n.place DESC LIMIT 1) w
          CROSS JOIN LATERAL ledger.sums(a.id, w.place) s
         WHERE a.id = ANY (p_accounts)
         ORDER BY a.id
    LOOP
        IF v_row.never_negative AND 0 > (CASE v_row.side
                WHEN 'debit' THEN v_row.debits_posted - v_row.credits_posted - v_row.credits_pending
                ELSE v_row.credits_posted - v_row.debits_posted - v_row.debits_pending END) THEN
            RAISE EXCEPTION 'the account % would fall below zero', v_row.code
                USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_insufficient';
        END IF;
        IF v_row.tail >= 64 THEN
            INSERT INTO ledger.snapshots (org_id, account_id, place, debits_posted, credits_posted, debits_pending,
                    credits_pending, latest_at)
                VALUES (p_org, v_row.id, v_row.place, v_row.debits_posted, v_row.credits_posted, v_row.debits_pending,
                    v_row.credits_pending, v_row.latest_at)
                ON CONFLICT DO NOTHING;
        END IF;
        account_id := v_row.id;
        code := v_row.code;
        side := v_row.side;
        currency := v_row.currency;
        debits_posted := v_row.debits_posted;
        credits_posted := v_row.credits_posted;
        debits_pending := v_row.debits_pending;
        credits_pending := v_row.credits_pending;
        RETURN NEXT;
    END LOOP;
END $$;

-- Posts a transaction, or with p_pending only reserves its amounts.
CREATE FUNCTION ledger.post(
    p_org uuid, p_id uuid, p_code text, p_description text, p_cause text, p_at timestamptz, p_real timestamptz,
    p_pending boolean, p_expires timestamptz, p_accounts uuid[], p_amounts bigint[])
RETURNS TABLE (account_id uuid, code text, side text, currency text,
    debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ledger.enter(p_org);
    RETURN QUERY SELECT * FROM ledger.write(p_org, p_id, CASE WHEN p_pending THEN 'hold' ELSE 'post' END, p_code,
        p_description, p_cause, NULL, p_at, p_real, p_expires, p_accounts, p_amounts,
        array_fill(CASE WHEN p_pending THEN 'pending' ELSE 'posted' END, ARRAY[cardinality(p_accounts)]));
END $$;

-- Resolves a pending transaction: all of it is released and, unless p_kind is void or expire, what these arrays say is
-- posted (null is all of it; of two legs one amount may stand for both), up to what was reserved.
CREATE FUNCTION ledger.resolve(
    p_org uuid, p_id uuid, p_pending uuid, p_kind text, p_code text, p_cause text, p_real timestamptz,
    p_accounts uuid[], p_amounts bigint[])
RETURNS TABLE (account_id uuid, code text, side text, currency text,
    debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_hold ledger.transactions;
    v_accounts uuid[];
    v_amounts bigint[];
    v_posted_accounts uuid[] := p_accounts;
    v_posted bigint[] := p_amounts;
BEGIN
    PERFORM ledger.enter(p_org);
    SELECT t.* INTO v_hold FROM ledger.transactions t WHERE t.org_id = p_org AND t.id = p_pending AND t.kind = 'hold';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing pending' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_not_resolvable';
    END IF;
    SELECT array_agg(e.account_id ORDER BY e.leg), array_agg(e.amount ORDER BY e.leg)
      INTO v_accounts, v_amounts
      FROM ledger.entries e WHERE e.org_id = p_org AND e.transaction_id = p_pending;
    IF p_kind = 'settle' AND v_hold.expires_at <= ledger.time(p_org, p_real)
        AND NOT EXISTS (SELECT FROM ledger.transactions t WHERE t.org_id = p_org AND t.id = p_id) THEN
        RAISE EXCEPTION 'the reservation expired' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_expired';
    END IF;
    IF p_kind <> 'settle' THEN
        v_posted_accounts := '{}';
        v_posted := '{}';
    ELSIF v_posted IS NULL THEN
        v_posted_accounts := v_accounts;
        v_posted := v_amounts;
    ELSIF v_posted_accounts IS NULL THEN
        IF cardinality(v_accounts) <> 2 THEN
            RAISE EXCEPTION 'one amount for many legs' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_not_resolvable';
        END IF;
        v_posted_accounts := v_accounts;
        v_posted := ARRAY[sign(v_amounts[1])::bigint * p_amounts[1], sign(v_amounts[2])::bigint * p_amounts[1]];
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT a, sum(m) AS amount FROM unnest(v_posted_accounts, v_posted) p (a, m) GROUP BY a) p
          LEFT JOIN (SELECT a, sum(m) AS amount FROM unnest(v_accounts, v_amounts) h (a, m) GROUP BY a) h USING (a)
         WHERE h.amount IS NULL OR sign(h.amount) <> sign(p.amount) OR abs(p.amount) > abs(h.amount)) THEN
        RAISE EXCEPTION 'more than was reserved' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_not_resolvable';
    END IF;
    RETURN QUERY SELECT * FROM ledger.write(p_org, p_id, p_kind, coalesce(p_code, v_hold.code), v_hold.description,
        coalesce(p_cause, v_hold.cause), p_pending, NULL, p_real, NULL, v_accounts || v_posted_accounts,
        v_amounts || v_posted,
        array_fill('released'::text, ARRAY[cardinality(v_accounts)])
            || array_fill('posted'::text, ARRAY[cardinality(v_posted_accounts)]));
END $$;

-- The balances of some accounts of a book.
CREATE FUNCTION ledger.balances(p_org uuid, p_accounts uuid[])
RETURNS TABLE (account_id uuid, code text, side text, currency text,
    debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ledger.enter(p_org);
    RETURN QUERY
        SELECT a.id, a.code, a.side, a.currency, s.debits_posted, s.credits_posted, s.debits_pending, s.credits_pending
          FROM ledger.accounts a CROSS JOIN LATERAL ledger.sums(a.id, 9223372036854775807) s
         WHERE a.org_id = p_org AND a.id = ANY (p_accounts)
         ORDER BY a.id;
END $$;

-- Takes a posted transaction back by a further one with the sides exchanged.
CREATE FUNCTION ledger.reverse(
    p_org uuid, p_id uuid, p_reversed uuid, p_code text, p_description text, p_cause text, p_real timestamptz)
RETURNS TABLE (account_id uuid, code text, side text, currency text,
    debits_posted bigint, credits_posted bigint, debits_pending bigint, credits_pending bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_accounts uuid[];
    v_amounts bigint[];
    v_cause text;
BEGIN
    PERFORM ledger.enter(p_org);
    SELECT array_agg(e.account_id ORDER BY e.leg), array_agg(-e.amount ORDER BY e.leg), min(t.cause)
      INTO v_accounts, v_amounts, v_cause
      FROM ledger.transactions t JOIN ledger.entries e ON e.org_id = t.org_id AND e.transaction_id = t.id
     WHERE t.org_id = p_org AND t.id = p_reversed AND e.phase = 'posted';
    IF v_accounts IS NULL THEN
        RAISE EXCEPTION 'nothing posted' USING ERRCODE = 'VB422', CONSTRAINT = 'ledger_not_resolvable';
    END IF;
    RETURN QUERY SELECT * FROM ledger.write(p_org, p_id, 'reverse', p_code, p_description, coalesce(p_cause, v_cause),
        p_reversed, NULL, p_real, NULL, v_accounts, v_amounts, array_fill('posted'::text, ARRAY[cardinality(v_accounts)]));
END $$;

-- Ends reservations whose time is over, at most p_limit of them; a reservation that is being settled is left alone.
CREATE FUNCTION ledger.expire(p_real timestamptz, p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_row record;
    v_done integer := 0;
BEGIN
    FOR v_row IN
        SELECT x.org_id, x.transaction_id FROM ledger.expiring x LEFT JOIN ledger.clocks c USING (org_id)
         WHERE x.expires_at <= coalesce(c.at, p_real) ORDER BY x.expires_at LIMIT p_limit FOR UPDATE OF x SKIP LOCKED
    LOOP
        BEGIN
            PERFORM ledger.resolve(v_row.org_id, md5(v_row.transaction_id || ' expires')::uuid, v_row.transaction_id,
                'expire', NULL, NULL, p_real, NULL, NULL);
            v_done := v_done + 1;
        EXCEPTION WHEN unique_violation THEN
            DELETE FROM ledger.expiring x
             WHERE x.org_id = v_row.org_id AND x.transaction_id = v_row.transaction_id;
        END;
    END LOOP;
    RETURN v_done;
END $$;

-- The place up to which the book can be sealed: every transaction at or below it is committed or will never be (as
-- audit.horizon works).
CREATE FUNCTION ledger.horizon() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h bigint;
    low bigint;
BEGIN
    SELECT last_value INTO h FROM ledger.transactions_seq_seq;
    SELECT max(w.distance) INTO low
      FROM (SELECT (h - l.objid::bigint) & 2147483647 AS distance
              FROM pg_locks AS l
             WHERE l.locktype = 'advisory' AND l.classid = 7003 AND l.objsubid = 2
               AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())) AS w
     WHERE w.distance < 1073741824;
    RETURN h - coalesce(low, 0);
END $$;

-- Only domains that move money write to the book.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.sums(uuid, bigint), ledger.sums_at(uuid, timestamptz), ledger.horizon(),
    ledger.expire(timestamptz, integer) TO vertebra_ledger;
GRANT EXECUTE ON FUNCTION ledger.time(uuid, timestamptz) TO PUBLIC;

-- What the migration of a domain that moves money calls for its role.
CREATE FUNCTION ledger.admit(p_role name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT EXECUTE ON FUNCTION ledger.open(uuid, uuid[], text[], text[], text[], text, boolean[]),'
        ' ledger.post(uuid, uuid, text, text, text, timestamptz, timestamptz, boolean, timestamptz, uuid[], bigint[]),'
        ' ledger.resolve(uuid, uuid, uuid, text, text, text, timestamptz, uuid[], bigint[]),'
        ' ledger.reverse(uuid, uuid, uuid, text, text, text, timestamptz),'
        ' ledger.balances(uuid, uuid[]) TO %I', p_role);
END $$;
REVOKE EXECUTE ON FUNCTION ledger.admit(name) FROM PUBLIC;
SELECT ledger.admit('vertebra_ledger');
