-- What subscriptions allow is told when it changes. Those that began before anybody told it are told once.
ALTER TABLE billing.subscriptions ADD COLUMN told boolean NOT NULL DEFAULT false;
CREATE INDEX subscriptions_untold_idx ON billing.subscriptions (org_id, id) WHERE NOT told;
