-- Signed statements that the chain of a book had this head at this length, and the keys that sign them (Ed25519): the
-- public and the encrypted private halves.

ALTER TABLE ledger.chains ADD COLUMN checkpointed bigint NOT NULL DEFAULT 0;
ALTER TABLE ledger.chains ADD COLUMN sealed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX chains_unsigned_idx ON ledger.chains (sealed_at) WHERE sequence > checkpointed;

CREATE TABLE ledger.keys (
    id             text        NOT NULL,
    public_key     bytea       NOT NULL,
    sealed_private bytea       NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT keys_pkey PRIMARY KEY (id)
);

CREATE TABLE ledger.checkpoints (
    org_id    uuid        NOT NULL,
    sequence  bigint      NOT NULL,
    head      bytea       NOT NULL,
    at        timestamptz NOT NULL,
    key_id    text        NOT NULL,
    signature bytea       NOT NULL,
    CONSTRAINT checkpoints_pkey PRIMARY KEY (org_id, sequence)
);

SELECT kernel.protect('ledger.checkpoints', 'org_id');
SELECT kernel.append_only('ledger.checkpoints');
ALTER TABLE ledger.checkpoints ENABLE ALWAYS TRIGGER append_only_rows;
ALTER TABLE ledger.checkpoints ENABLE ALWAYS TRIGGER append_only_table;
