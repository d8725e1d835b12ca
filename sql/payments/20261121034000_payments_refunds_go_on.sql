-- A refund is tried for as long as it holds something; those that were given up on go on.
UPDATE payments.refunds SET next_at = now()
 WHERE next_at IS NULL AND status IN ('requested', 'reserved', 'sent');
