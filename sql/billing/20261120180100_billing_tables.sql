-- What is sold, who has it, what was used, what was charged, and what is paid in advance. Money that moves stands in the
-- ledger; what stands here says why.

CREATE SCHEMA IF NOT EXISTS billing;

-- The catalogue is the same for every org.
CREATE TABLE billing.meters (
    code        text        NOT NULL,
    name        text        NOT NULL,
    unit        text        NOT NULL,
    aggregation text        NOT NULL
        CONSTRAINT meters_aggregation_check CHECK (aggregation IN ('sum', 'count', 'max', 'unique')),
    created_at  timestamptz NOT NULL,
    CONSTRAINT meters_pkey PRIMARY KEY (code)
);
CREATE TABLE billing.products (
    code        text        NOT NULL,
    name        text        NOT NULL,
    description text,
    created_at  timestamptz NOT NULL,
    CONSTRAINT products_pkey PRIMARY KEY (code)
);
CREATE TABLE billing.plans (
    code       text    NOT NULL,
    name       text    NOT NULL,
    product    text    NOT NULL CONSTRAINT plans_product_fkey REFERENCES billing.products,
    interval   text    NOT NULL CONSTRAINT plans_interval_check CHECK (interval IN ('month', 'year')),
    trial_days integer NOT NULL,
    CONSTRAINT plans_pkey PRIMARY KEY (code)
);
-- A version is what invoices point to, so it never changes.
CREATE TABLE billing.plan_versions (
    plan         text        NOT NULL CONSTRAINT plan_versions_plan_fkey REFERENCES billing.plans,
    version      integer     NOT NULL,
    prices       jsonb       NOT NULL,
    entitlements jsonb       NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT plan_versions_pkey PRIMARY KEY (plan, version)
);
SELECT kernel.append_only('billing.plan_versions');

CREATE TABLE billing.subscriptions (
    org_id        uuid        NOT NULL,
    id            uuid        NOT NULL,
    plan          text        NOT NULL,
    plan_version  integer     NOT NULL,
    currency      text        NOT NULL,
    quantity      integer     NOT NULL,
    status        text        NOT NULL
        CONSTRAINT subscriptions_status_check CHECK (status IN ('trialing', 'active', 'paused', 'cancelled')),
    started_at    timestamptz NOT NULL,
    anchor_at     timestamptz NOT NULL,
    period        integer     NOT NULL,
    period_start  timestamptz NOT NULL,
    period_end    timestamptz NOT NULL,
    usage_start   timestamptz NOT NULL,
    suspended     boolean     NOT NULL DEFAULT false,
    next_plan     text,
    next_quantity integer,
    cancel_at_end boolean     NOT NULL DEFAULT false,
    ended_at      timestamptz,
    version       bigint      NOT NULL DEFAULT 1,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT subscriptions_version_fkey FOREIGN KEY (plan, plan_version) REFERENCES billing.plan_versions
);

-- What waits to stand on the next invoice of a subscription.
CREATE TABLE billing.waiting_lines (
    org_id          uuid  NOT NULL,
    id              uuid  NOT NULL,
    subscription_id uuid  NOT NULL,
    line            jsonb NOT NULL,
    CONSTRAINT waiting_lines_pkey PRIMARY KEY (org_id, id)
);

-- Usage events; nothing is edited.
CREATE TABLE billing.usage_events (
    seq             bigint      GENERATED ALWAYS AS IDENTITY,
    org_id          uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    meter           text        NOT NULL,
    event_id        text        NOT NULL,
    at              timestamptz NOT NULL,
    quantity        numeric     NOT NULL,
    subject         text,
    voids           text,
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT usage_events_pkey PRIMARY KEY (org_id, meter, event_id)
);
CREATE INDEX usage_events_period_idx ON billing.usage_events (org_id, subscription_id, meter, at);
CREATE INDEX usage_events_voids_idx ON billing.usage_events (org_id, meter, voids) WHERE voids IS NOT NULL;
CREATE INDEX usage_events_meter_idx ON billing.usage_events (org_id, meter, at);
SELECT kernel.append_only('billing.usage_events');

-- What of a price's usage of a period was charged: a later event of that period makes one row more.
CREATE TABLE billing.rated_usage (
    org_id          uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    price           text        NOT NULL,
    meter           text        NOT NULL,
    plan            text        NOT NULL,
    plan_version    integer     NOT NULL,
    from_at         timestamptz NOT NULL,
    until_at        timestamptz NOT NULL,
    part            integer     NOT NULL,
    quantity        numeric     NOT NULL,
    amount          bigint      NOT NULL,
    events          bigint      NOT NULL,
    CONSTRAINT rated_usage_pkey PRIMARY KEY (org_id, subscription_id, price, from_at, part)
);
SELECT kernel.append_only('billing.rated_usage');

CREATE TABLE billing.profiles (
    org_id      uuid    NOT NULL,
    name        text    NOT NULL,
    address     text,
    tax_id      text,
    tax_exempt  text    NOT NULL,
    tax_percent numeric NOT NULL,
    CONSTRAINT profiles_pkey PRIMARY KEY (org_id)
);

-- The last number of each series of an org. The row stays locked until the invoice commits, so that no number is lost.
CREATE TABLE billing.series (
    org_id uuid   NOT NULL,
    series text   NOT NULL,
    last   bigint NOT NULL,
    CONSTRAINT series_pkey PRIMARY KEY (org_id, series)
);

CREATE TABLE billing.invoices (
    org_id          uuid        NOT NULL,
    id              uuid        NOT NULL,
    number          text,
    status          text        NOT NULL
        CONSTRAINT invoices_status_check CHECK (status IN ('draft', 'open', 'paid', 'void', 'uncollectible')),
    subscription_id uuid,
    currency        text        NOT NULL,
    profile         jsonb       NOT NULL,
    subtotal        bigint      NOT NULL,
    tax             bigint      NOT NULL,
    credited        bigint      NOT NULL DEFAULT 0,
    paid            bigint      NOT NULL DEFAULT 0,
    lowered         bigint      NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    issued_at       timestamptz,
    due_at          timestamptz,
    settled_at      timestamptz,
    failures        timestamptz[] NOT NULL DEFAULT '{}',
    asked_at        timestamptz,
    asked_real_at   timestamptz,
    CONSTRAINT invoices_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT invoices_number_key UNIQUE (org_id, number),
    CONSTRAINT invoices_number_check CHECK ((number IS NULL) = (issued_at IS NULL)),
    CONSTRAINT invoices_due_check CHECK (subtotal + tax - credited - paid - lowered >= 0 OR status = 'draft')
);
CREATE TABLE billing.invoice_lines (
    org_id     uuid    NOT NULL,
    invoice_id uuid    NOT NULL,
    position   integer NOT NULL,
    line       jsonb   NOT NULL,
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (org_id, invoice_id, position)
);
SELECT kernel.append_only('billing.invoice_lines');
CREATE TABLE billing.credit_notes (
    org_id     uuid        NOT NULL,
    id         uuid        NOT NULL,
    invoice_id uuid        NOT NULL,
    number     text        NOT NULL,
    currency   text        NOT NULL,
    amount     bigint      NOT NULL CONSTRAINT credit_notes_amount_check CHECK (amount > 0),
    tax        bigint      NOT NULL,
    reason     text        NOT NULL,
    issued_at  timestamptz NOT NULL,
    CONSTRAINT credit_notes_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT credit_notes_number_key UNIQUE (org_id, number)
);
CREATE INDEX credit_notes_invoice_idx ON billing.credit_notes (org_id, invoice_id);
SELECT kernel.append_only('billing.credit_notes');

-- Payments as billing knows them from their events: what each paid or bought.
CREATE TABLE billing.payments (
    org_id     uuid        NOT NULL,
    payment_id uuid        NOT NULL,
    currency   text        NOT NULL,
    amount     bigint      NOT NULL,
    invoice_id uuid,
    grant_id   uuid,
    at         timestamptz NOT NULL,
    CONSTRAINT payments_pkey PRIMARY KEY (org_id, payment_id)
);

-- Grants: each has an account of its own in the ledger, where its balance stands.
CREATE TABLE billing.grants (
    org_id     uuid        NOT NULL,
    id         uuid        NOT NULL,
    name       text        NOT NULL,
    kind       text        NOT NULL
        CONSTRAINT grants_kind_check CHECK (kind IN ('purchased', 'promotional', 'goodwill')),
    currency   text        NOT NULL,
    amount     bigint      NOT NULL CONSTRAINT grants_amount_check CHECK (amount > 0),
    priority   integer     NOT NULL,
    expires_at timestamptz,
    payment_id uuid,
    granted_at timestamptz NOT NULL,
    CONSTRAINT grants_pkey PRIMARY KEY (org_id, id)
);
CREATE INDEX grants_order_idx ON billing.grants (org_id, currency, priority, expires_at, id);

-- Reservations of credits; the pending transaction in the ledger has the same id.
CREATE TABLE billing.holds (
    org_id   uuid   NOT NULL,
    id       uuid   NOT NULL,
    purpose  text   NOT NULL CONSTRAINT holds_purpose_check CHECK (purpose IN ('usage', 'refund')),
    resource text   NOT NULL,
    currency text   NOT NULL,
    amount   bigint NOT NULL,
    parts    jsonb  NOT NULL,
    status   text   NOT NULL CONSTRAINT holds_status_check CHECK (status IN ('held', 'settled', 'released')),
    CONSTRAINT holds_pkey PRIMARY KEY (org_id, id)
);

CREATE TABLE billing.wallets (
    org_id        uuid    NOT NULL,
    currency      text    NOT NULL,
    state         text    NOT NULL
        CONSTRAINT wallets_state_check CHECK (state IN ('ok', 'low', 'grace', 'released')),
    warn_at       bigint  NOT NULL,
    clear_at      bigint  NOT NULL,
    grace_hours   integer NOT NULL,
    grace_ends_at timestamptz,
    CONSTRAINT wallets_pkey PRIMARY KEY (org_id, currency),
    CONSTRAINT wallets_levels_check CHECK (clear_at >= warn_at)
);

-- What falls due, and when. A step of a workflow and the next thing that it makes due are one transaction.
CREATE TABLE billing.agenda (
    org_id  uuid        NOT NULL,
    what    text        NOT NULL
        CONSTRAINT agenda_what_check CHECK (what IN ('period', 'dunning', 'grant', 'grace')),
    subject text        NOT NULL,
    due_at  timestamptz NOT NULL,
    CONSTRAINT agenda_pkey PRIMARY KEY (org_id, what, subject)
);
CREATE INDEX agenda_due_idx ON billing.agenda (due_at);

-- Test clocks that are on their way, or have arrived.
CREATE TABLE billing.clocks (
    org_id uuid        NOT NULL,
    to_at  timestamptz NOT NULL,
    moved  boolean     NOT NULL,
    CONSTRAINT clocks_pkey PRIMARY KEY (org_id)
);
CREATE INDEX clocks_walking_idx ON billing.clocks (org_id) WHERE NOT moved;

SELECT kernel.protect(('billing.' || t)::regclass, 'org_id')
  FROM unnest(ARRAY['subscriptions', 'waiting_lines', 'usage_events', 'rated_usage', 'profiles', 'series', 'invoices',
    'invoice_lines', 'credit_notes', 'payments', 'grants', 'holds', 'wallets', 'agenda', 'clocks']) t;

SELECT ledger.admit('vertebra_billing');
GRANT EXECUTE ON FUNCTION ledger.set_time(uuid, timestamptz) TO vertebra_billing;
