-- People, how they prove who they are, and their sessions. Row-level security shows a person their own rows; what
-- happens before anybody signed in goes through the functions of the next migration, each of which takes a proof.

CREATE SCHEMA IF NOT EXISTS accounts;

CREATE TABLE accounts.people (
    id          uuid        NOT NULL,
    email       text        NOT NULL,
    -- The e-mail address as it is compared.
    address     text        NOT NULL CONSTRAINT people_address_key UNIQUE,
    verified_at timestamptz,
    name        text        NOT NULL,
    locale      text,
    operator    boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL,
    version     bigint      NOT NULL DEFAULT 1,
    CONSTRAINT people_pkey PRIMARY KEY (id)
);
SELECT kernel.protect_person('accounts.people', 'id');

CREATE TABLE accounts.passwords (
    person_id  uuid        NOT NULL CONSTRAINT passwords_person_fkey REFERENCES accounts.people ON DELETE CASCADE,
    -- Argon2id in PHC form.
    hash       text        NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT passwords_pkey PRIMARY KEY (person_id)
);
SELECT kernel.protect_person('accounts.passwords', 'person_id');

CREATE TABLE accounts.settings (
    person_id    uuid    NOT NULL CONSTRAINT settings_person_fkey REFERENCES accounts.people ON DELETE CASCADE,
    theme        text    NOT NULL CONSTRAINT settings_theme_check CHECK (theme IN ('SYSTEM', 'LIGHT', 'DARK')),
    time_zone    text    NOT NULL,
    product_mail boolean NOT NULL,
    version      bigint  NOT NULL DEFAULT 1,
    CONSTRAINT settings_pkey PRIMARY KEY (person_id)
);
SELECT kernel.protect_person('accounts.settings', 'person_id');

-- A sign-in, and the state of its family of refresh tokens (docs/tokens.md). No token is kept: a token is a place in
-- the family under the platform's own seal.
CREATE TABLE accounts.sessions (
    id            uuid        NOT NULL,
    person_id     uuid        NOT NULL CONSTRAINT sessions_person_fkey REFERENCES accounts.people ON DELETE CASCADE,
    address       text,
    agent         text,
    created_at    timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    -- Not refreshed until then, the session is over.
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    end_reason    text,
    generation    integer     NOT NULL,
    branch        smallint    NOT NULL,
    parent_branch smallint    NOT NULL,
    branched_at   timestamptz NOT NULL,
    -- The latest rotations, youngest last: which generation and branch was given up, and when.
    rotated       integer[]   NOT NULL DEFAULT '{}',
    rotated_from  smallint[]  NOT NULL DEFAULT '{}',
    rotated_at    timestamptz[] NOT NULL DEFAULT '{}',
    CONSTRAINT sessions_pkey PRIMARY KEY (id)
);
CREATE INDEX sessions_person_idx ON accounts.sessions (person_id, last_seen_at DESC, id);
CREATE INDEX sessions_expiry_idx ON accounts.sessions (expires_at);
SELECT kernel.protect_person('accounts.sessions', 'person_id');

-- Single-use tokens that were mailed, by their digest.
CREATE TABLE accounts.mail_tokens (
    digest     bytea       NOT NULL,
    person_id  uuid        NOT NULL CONSTRAINT mail_tokens_person_fkey REFERENCES accounts.people ON DELETE CASCADE,
    purpose    text        NOT NULL CONSTRAINT mail_tokens_purpose_check CHECK (purpose IN ('verify', 'reset')),
    -- What the registration that sent the mail asked for; it holds once the token comes back.
    name       text,
    hash       text,
    expires_at timestamptz NOT NULL,
    CONSTRAINT mail_tokens_pkey PRIMARY KEY (digest)
);
CREATE INDEX mail_tokens_person_idx ON accounts.mail_tokens (person_id);
CREATE INDEX mail_tokens_expiry_idx ON accounts.mail_tokens (expires_at);
SELECT kernel.protect_person('accounts.mail_tokens', 'person_id');

-- Mails that wait to be sent, sealed: they carry tokens.
CREATE TABLE accounts.mails (
    id       uuid        NOT NULL,
    sealed   bytea       NOT NULL,
    attempts integer     NOT NULL DEFAULT 0,
    due_at   timestamptz NOT NULL,
    error    text,
    CONSTRAINT mails_pkey PRIMARY KEY (id)
);
CREATE INDEX mails_due_idx ON accounts.mails (due_at);

-- Keys that sign access tokens. Published from creation, used from activation, gone when no token of theirs can live.
CREATE TABLE accounts.signing_keys (
    kid            text        NOT NULL,
    modulus        text        NOT NULL,
    exponent       text        NOT NULL,
    sealed_private bytea       NOT NULL,
    created_at     timestamptz NOT NULL,
    active_from    timestamptz NOT NULL CONSTRAINT signing_keys_active_from_key UNIQUE,
    CONSTRAINT signing_keys_pkey PRIMARY KEY (kid)
);

-- Attempts against limits: until when a bucket is filled. Losing them with a crash only forgives.
CREATE UNLOGGED TABLE accounts.attempts (
    key       text        NOT NULL,
    filled_to timestamptz NOT NULL,
    CONSTRAINT attempts_pkey PRIMARY KEY (key)
);
CREATE INDEX attempts_filled_idx ON accounts.attempts (filled_to);
