-- Payment methods that are put on file without paying; and differences that a person has closed.

CREATE TABLE payments.setups (
    org_id      uuid        NOT NULL,
    id          uuid        NOT NULL,
    provider    text        NOT NULL,
    status      text        NOT NULL CONSTRAINT setups_status_check CHECK (status IN
        ('pending', 'cancelled', 'succeeded')),
    session_ref text        NOT NULL,
    url         text        NOT NULL,
    method_id   uuid,
    expires_at  timestamptz NOT NULL,
    next_at     timestamptz,
    failures    integer     NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    CONSTRAINT setups_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT setups_session_key UNIQUE (provider, session_ref)
);
CREATE INDEX setups_due_idx ON payments.setups (next_at) WHERE next_at IS NOT NULL;
SELECT kernel.protect('payments.setups', 'org_id');

ALTER TABLE payments.differences ADD COLUMN note text;
CREATE INDEX differences_closed_idx ON payments.differences (provider, kind, object) WHERE note IS NOT NULL;
