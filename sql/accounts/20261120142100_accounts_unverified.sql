-- What the job that forgets people who never verified their address looks for.
CREATE INDEX people_unverified_idx ON accounts.people (created_at) WHERE verified_at IS NULL;
