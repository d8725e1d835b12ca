-- The sandbox: a provider of play money, as if it were outside. Its objects have the form of Stripe's and belong to no
-- org: what they say of ours stands in their metadata.

CREATE SCHEMA IF NOT EXISTS sandbox;

CREATE TABLE sandbox.objects (
    seq    bigint GENERATED ALWAYS AS IDENTITY,
    id     text   NOT NULL,
    kind   text   NOT NULL,
    parent text,
    key    text,
    body   jsonb  NOT NULL,
    due_at timestamptz,
    CONSTRAINT objects_pkey PRIMARY KEY (id),
    CONSTRAINT objects_key_key UNIQUE (key)
);
CREATE INDEX objects_parent_idx ON sandbox.objects (parent, kind, seq) WHERE parent IS NOT NULL;
CREATE INDEX objects_kind_idx ON sandbox.objects (kind, seq);
CREATE INDEX objects_due_idx ON sandbox.objects (due_at) WHERE due_at IS NOT NULL;

-- What the sandbox tells, until it was taken in.
CREATE TABLE sandbox.events (
    seq        bigint      GENERATED ALWAYS AS IDENTITY,
    id         text        NOT NULL,
    payload    text        NOT NULL,
    next_at    timestamptz,
    failures   integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (id)
);
CREATE INDEX events_due_idx ON sandbox.events (next_at, seq) WHERE next_at IS NOT NULL;
