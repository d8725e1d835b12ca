-- How much of a refund counts against its payment: of one that was made at the provider, what was left.
ALTER TABLE payments.refunds ADD COLUMN counted bigint;
