-- What the running period of a subscription was charged for, which a change gives back; nothing when it was not charged.

ALTER TABLE billing.subscriptions
    ADD COLUMN charged_plan     text,
    ADD COLUMN charged_version  integer,
    ADD COLUMN charged_quantity integer;

-- What is active was charged when its period began. What is paused was so if a line says it.
UPDATE billing.subscriptions s
   SET charged_plan = plan, charged_version = plan_version, charged_quantity = quantity
 WHERE status = 'active'
    OR status = 'paused' AND EXISTS (
        SELECT FROM billing.invoices i JOIN billing.invoice_lines l ON l.org_id = i.org_id AND l.invoice_id = i.id
         WHERE i.org_id = s.org_id AND i.subscription_id = s.id
           AND l.line ->> 'kind' IN ('recurring', 'proration')
           AND (l.line ->> 'until')::timestamptz = s.period_end);

ALTER TABLE billing.subscriptions
    ADD CONSTRAINT subscriptions_charged_check CHECK (num_nulls(charged_plan, charged_version, charged_quantity) IN (0, 3)),
    ADD CONSTRAINT subscriptions_charged_fkey
        FOREIGN KEY (charged_plan, charged_version) REFERENCES billing.plan_versions;
