-- The rows of one posting and no more: its two accounts are locked, one transaction and two entries are written. A
-- number in hexadecimal is the id of its account or transaction.
\set debit random(0, :hot - 1)
\set credit random(1000, 1999)
\set id random(1, 9000000000000000000)
\startpipeline
BEGIN;
SELECT 1 FROM bare.accounts
 WHERE id IN (lpad(to_hex(:debit::int), 32, '0')::uuid, lpad(to_hex(:credit::int), 32, '0')::uuid)
 ORDER BY id FOR UPDATE;
INSERT INTO bare.transactions (org_id, id, kind, code, cause, at, fingerprint)
VALUES ('00000000-0000-0000-0000-000000000001', lpad(to_hex(:id::bigint), 32, '0')::uuid, 'post', 'bench', 'bench:1',
        now(), sha256('x'));
INSERT INTO bare.entries (org_id, account_id, transaction_id, leg, phase, currency, amount, at)
VALUES ('00000000-0000-0000-0000-000000000001', lpad(to_hex(:debit::int), 32, '0')::uuid,
        lpad(to_hex(:id::bigint), 32, '0')::uuid, 1, 'posted', 'EUR', 1, now()),
       ('00000000-0000-0000-0000-000000000001', lpad(to_hex(:credit::int), 32, '0')::uuid,
        lpad(to_hex(:id::bigint), 32, '0')::uuid, 2, 'posted', 'EUR', -1, now());
COMMIT;
\endpipeline
