-- What the subscriptions of an org allow, as billing tells it: the largest of a name holds as the org's policy value,
-- beneath what an operator sets for the org.

CREATE TABLE access.entitlements (
    org_id          uuid   NOT NULL,
    subscription_id uuid   NOT NULL,
    name            text   NOT NULL,
    value           bigint NOT NULL,
    CONSTRAINT entitlements_pkey PRIMARY KEY (org_id, subscription_id, name)
);

SELECT kernel.protect('access.entitlements', 'org_id');
