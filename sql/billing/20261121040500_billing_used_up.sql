-- A grant with nothing left and nothing reserved is not looked at any more. What is used up already is found when the
-- wallet is looked at next.
ALTER TABLE billing.grants ADD COLUMN used_up boolean NOT NULL DEFAULT false;
CREATE INDEX grants_open_idx ON billing.grants (org_id, currency, priority, expires_at, id) WHERE NOT used_up;
