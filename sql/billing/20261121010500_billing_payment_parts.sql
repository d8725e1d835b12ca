-- A payment may pay of an invoice and buy credits with the rest: each part is noted.
ALTER TABLE billing.payments DROP CONSTRAINT payments_pkey;
ALTER TABLE billing.payments ADD COLUMN target uuid GENERATED ALWAYS AS (coalesce(invoice_id, grant_id)) STORED;
ALTER TABLE billing.payments ADD CONSTRAINT payments_pkey PRIMARY KEY (org_id, payment_id, target);
INSERT INTO billing.payments (org_id, payment_id, currency, amount, grant_id, at)
SELECT g.org_id, g.payment_id, g.currency, g.amount, g.id, g.granted_at FROM billing.grants g
 WHERE g.kind = 'purchased' AND g.payment_id IS NOT NULL
    ON CONFLICT DO NOTHING;
