-- When it moved: a difference whose time is not read any more has not resolved itself.
ALTER TABLE payments.differences ADD COLUMN at timestamptz;
UPDATE payments.differences d SET at = (SELECT min(e.at) FROM payments.effects e WHERE e.provider = d.provider
    AND d.object IN (e.object, e.object || ' ' || e.effect))
 WHERE d.resolved_at IS NULL AND d.kind IN ('missing_there', 'returned', 'amount');

-- From when on a provider may have a charge; and how often a payment was looked at, which is no failure.
ALTER TABLE payments.payments ADD COLUMN sent_at timestamptz, ADD COLUMN looks integer NOT NULL DEFAULT 0;
UPDATE payments.payments SET sent_at = created_at WHERE attempt IS NOT NULL;
