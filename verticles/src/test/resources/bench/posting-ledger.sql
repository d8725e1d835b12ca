-- The same posting by the ledger: balanced, floors and limits checked, snapshots kept, its balances answered.
\set debit random(0, :hot - 1)
\set credit random(1000, 1999)
\set id random(1, 9000000000000000000)
\startpipeline
BEGIN;
SELECT account_id, debits_posted
  FROM ledger.post('00000000-0000-0000-0000-000000000001', lpad(to_hex(:id::bigint), 32, '0')::uuid, 'bench', NULL,
         'bench:1', NULL, now(), false, NULL,
         ARRAY[lpad(to_hex(:debit::int), 32, '0')::uuid, lpad(to_hex(:credit::int), 32, '0')::uuid],
         ARRAY[1, -1]::bigint[]);
COMMIT;
\endpipeline
