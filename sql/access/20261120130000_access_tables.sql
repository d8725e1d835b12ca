-- Policy values that were set: for the whole platform (nil scope) or for one org. What is not set has the default that
-- the code declares. Custom roles and grants on single resources will stand beside it, in tables of their own.

CREATE SCHEMA IF NOT EXISTS access;

CREATE TABLE access.policy_values (
    scope      uuid        NOT NULL,
    name       text        NOT NULL,
    value      bigint      NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid        NOT NULL,
    CONSTRAINT policy_values_pkey PRIMARY KEY (scope, name)
);

SELECT kernel.protect('access.policy_values', 'scope');

-- What holds for all is no secret: everybody's rights and limits are resolved through it.
CREATE POLICY global_values_are_open ON access.policy_values FOR SELECT
    USING (scope = '00000000-0000-0000-0000-000000000000');
