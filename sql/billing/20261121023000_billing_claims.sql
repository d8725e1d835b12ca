-- What a change may give back: what the running period was charged for stands on an invoice, and of that invoice no more
-- is given back than it charged and nobody took off. What is voided is let go, and charged no second time.

ALTER TABLE billing.subscriptions
    ADD COLUMN charged_invoice uuid,
    ADD COLUMN outstanding     boolean NOT NULL DEFAULT false;
ALTER TABLE billing.invoices
    ADD COLUMN given_back bigint NOT NULL DEFAULT 0,
    ADD COLUMN replaces   jsonb;
ALTER TABLE billing.rated_usage ADD COLUMN forgiven bigint NOT NULL DEFAULT 0;

-- What is paused and was not charged for what it is now is charged when it goes on.
UPDATE billing.subscriptions SET outstanding = true
 WHERE status = 'paused'
   AND (charged_plan, charged_version, charged_quantity) IS DISTINCT FROM (plan, plan_version, quantity);

-- The newest invoice that charges until the end of the running period is the one; if it was voided, nothing was charged.
UPDATE billing.subscriptions s
   SET charged_invoice = CASE WHEN c.void THEN NULL ELSE c.invoice_id END,
       charged_plan = CASE WHEN c.void THEN NULL ELSE s.charged_plan END,
       charged_version = CASE WHEN c.void THEN NULL ELSE s.charged_version END,
       charged_quantity = CASE WHEN c.void THEN NULL ELSE s.charged_quantity END
  FROM (SELECT DISTINCT ON (r.org_id, r.id) r.org_id, r.id, i.id AS invoice_id, i.status = 'void' AS void
          FROM billing.subscriptions r
          JOIN billing.invoices i ON i.org_id = r.org_id AND i.subscription_id = r.id AND i.status <> 'draft'
          JOIN billing.invoice_lines l ON l.org_id = i.org_id AND l.invoice_id = i.id
         WHERE r.charged_plan IS NOT NULL AND r.status <> 'cancelled'
           AND l.line ->> 'kind' IN ('recurring', 'proration')
           AND (l.line #>> '{amount,amount}')::bigint > 0
           AND (l.line ->> 'until')::timestamptz = r.period_end
         ORDER BY r.org_id, r.id, i.id DESC) c
 WHERE c.org_id = s.org_id AND c.id = s.id;
