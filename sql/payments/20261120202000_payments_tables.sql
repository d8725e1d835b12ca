-- Money that moves through payment providers: what was asked of them, what they told, what followed from it.

CREATE SCHEMA IF NOT EXISTS payments;

-- An org as the provider knows it.
CREATE TABLE payments.customers (
    org_id   uuid NOT NULL,
    provider text NOT NULL,
    ref      text NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (org_id, provider)
);

CREATE TABLE payments.methods (
    org_id     uuid        NOT NULL,
    id         uuid        NOT NULL,
    provider   text        NOT NULL,
    ref        text        NOT NULL,
    brand      text        NOT NULL,
    last_four  text        NOT NULL,
    exp_month  integer     NOT NULL,
    exp_year   integer     NOT NULL,
    is_default boolean     NOT NULL,
    added_at   timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT methods_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT methods_ref_key UNIQUE (provider, ref)
);
CREATE UNIQUE INDEX methods_default_key ON payments.methods (org_id) WHERE is_default AND removed_at IS NULL;

-- Payments. What was received can be given back once: refunded and reserved together never exceed it.
CREATE TABLE payments.payments (
    org_id       uuid        NOT NULL,
    id           uuid        NOT NULL,
    provider     text        NOT NULL,
    status       text        NOT NULL CONSTRAINT payments_status_check CHECK (status IN
        ('pending', 'action_needed', 'processing', 'failed', 'cancelled', 'succeeded')),
    currency     text        NOT NULL,
    amount       bigint      NOT NULL CONSTRAINT payments_amount_check CHECK (amount > 0),
    received     bigint      NOT NULL DEFAULT 0,
    refunded     bigint      NOT NULL DEFAULT 0,
    reserved     bigint      NOT NULL DEFAULT 0,
    disputed     bigint      NOT NULL DEFAULT 0,
    invoice_id   uuid,
    attempt      integer,
    method_id    uuid,
    session_ref  text,
    intent_ref   text,
    charge_ref   text,
    method_label text,
    reason       text,
    checkout_url text,
    expires_at   timestamptz,
    next_at      timestamptz,
    failures     integer     NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    settled_at   timestamptz,
    CONSTRAINT payments_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT payments_session_key UNIQUE (provider, session_ref),
    CONSTRAINT payments_intent_key UNIQUE (provider, intent_ref),
    CONSTRAINT payments_attempt_key UNIQUE (org_id, invoice_id, attempt),
    CONSTRAINT payments_refunded_check CHECK (refunded >= 0 AND reserved >= 0 AND refunded + reserved <= received)
);
CREATE INDEX payments_due_idx ON payments.payments (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX payments_invoice_idx ON payments.payments (org_id, invoice_id) WHERE invoice_id IS NOT NULL;

CREATE TABLE payments.refunds (
    org_id      uuid        NOT NULL,
    id          uuid        NOT NULL,
    payment_id  uuid        NOT NULL,
    currency    text        NOT NULL,
    amount      bigint      NOT NULL CONSTRAINT refunds_amount_check CHECK (amount > 0),
    status      text        NOT NULL CONSTRAINT refunds_status_check CHECK (status IN
        ('awaiting_approval', 'requested', 'reserved', 'sent', 'succeeded', 'failed', 'declined')),
    destination text        NOT NULL
        CONSTRAINT refunds_destination_check CHECK (destination IN ('original_method', 'platform_credit')),
    reason      text        NOT NULL,
    failure     text,
    provider    text        NOT NULL,
    ref         text,
    steps       jsonb       NOT NULL,
    next_at     timestamptz,
    failures    integer     NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT refunds_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT refunds_ref_key UNIQUE (provider, ref),
    CONSTRAINT refunds_payment_fkey FOREIGN KEY (org_id, payment_id) REFERENCES payments.payments
);
CREATE INDEX refunds_due_idx ON payments.refunds (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX refunds_payment_idx ON payments.refunds (org_id, payment_id);
CREATE INDEX refunds_newest_idx ON payments.refunds (id);

CREATE TABLE payments.disputes (
    org_id     uuid        NOT NULL,
    id         uuid        NOT NULL,
    payment_id uuid        NOT NULL,
    provider   text        NOT NULL,
    ref        text        NOT NULL,
    currency   text        NOT NULL,
    amount     bigint      NOT NULL,
    status     text        NOT NULL CONSTRAINT disputes_status_check CHECK (status IN ('open', 'won', 'lost')),
    reason     text        NOT NULL,
    opened_at  timestamptz NOT NULL,
    closed_at  timestamptz,
    CONSTRAINT disputes_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT disputes_ref_key UNIQUE (provider, ref)
);

-- What followed in the ledger from what happened at a provider: each once. Money that came in is positive.
CREATE TABLE payments.effects (
    org_id     uuid        NOT NULL,
    provider   text        NOT NULL,
    object     text        NOT NULL,
    effect     text        NOT NULL,
    payment_id uuid        NOT NULL,
    currency   text        NOT NULL,
    amount     bigint      NOT NULL,
    posting_id uuid        NOT NULL,
    at         timestamptz NOT NULL,
    CONSTRAINT effects_pkey PRIMARY KEY (provider, object, effect)
);
CREATE INDEX effects_time_idx ON payments.effects (provider, at);
SELECT kernel.append_only('payments.effects');

-- What providers told, by the provider's id of the event, until it was looked up. It belongs to no org before that.
CREATE TABLE payments.inbox (
    id          uuid        NOT NULL,
    provider    text        NOT NULL,
    event_id    text        NOT NULL,
    type        text        NOT NULL,
    object      text        NOT NULL,
    related     text,
    status      text        NOT NULL
        CONSTRAINT inbox_status_check CHECK (status IN ('waiting', 'done', 'ignored', 'stuck')),
    failures    integer     NOT NULL DEFAULT 0,
    failure     text,
    next_at     timestamptz,
    received_at timestamptz NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (id),
    CONSTRAINT inbox_event_key UNIQUE (provider, event_id)
);
CREATE INDEX inbox_due_idx ON payments.inbox (next_at, id) WHERE next_at IS NOT NULL;

-- Where the provider's books and ours differ, for operators; it may be about nothing of ours.
CREATE TABLE payments.differences (
    id          uuid        NOT NULL,
    provider    text        NOT NULL,
    kind        text        NOT NULL,
    object      text        NOT NULL,
    org         uuid,
    payment     uuid,
    currency    text,
    ours        bigint,
    theirs      bigint,
    suggestion  text        NOT NULL,
    detail      text        NOT NULL,
    found_at    timestamptz NOT NULL,
    resolved_at timestamptz,
    CONSTRAINT differences_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX differences_open_key ON payments.differences (provider, kind, object) WHERE resolved_at IS NULL;

SELECT kernel.protect(('payments.' || t)::regclass, 'org_id')
  FROM unnest(ARRAY['customers', 'methods', 'payments', 'refunds', 'disputes', 'effects']) t;

SELECT ledger.admit('vertebra_payments');
