-- Orgs, their members, invitations and projects.

CREATE SCHEMA IF NOT EXISTS orgs;

CREATE TABLE orgs.orgs (
    id         uuid        NOT NULL,
    name       text        NOT NULL,
    slug       text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version    bigint      NOT NULL DEFAULT 1,
    CONSTRAINT orgs_pkey PRIMARY KEY (id),
    CONSTRAINT orgs_slug_key UNIQUE (slug)
);

CREATE TABLE orgs.memberships (
    org_id    uuid        NOT NULL CONSTRAINT memberships_org_fkey REFERENCES orgs.orgs,
    person_id uuid        NOT NULL,
    role      text        NOT NULL
        CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'admin', 'member', 'viewer', 'billing')),
    joined_at timestamptz NOT NULL,
    CONSTRAINT memberships_pkey PRIMARY KEY (org_id, person_id)
);
CREATE INDEX memberships_person_idx ON orgs.memberships (person_id);

CREATE TABLE orgs.invitations (
    id         uuid        NOT NULL,
    org_id     uuid        NOT NULL CONSTRAINT invitations_org_fkey REFERENCES orgs.orgs,
    email      text        NOT NULL,
    role       text        NOT NULL
        CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'admin', 'member', 'viewer', 'billing')),
    token_hash bytea       NOT NULL,
    invited_by uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT invitations_pkey PRIMARY KEY (id),
    CONSTRAINT invitations_email_key UNIQUE (org_id, email),
    CONSTRAINT invitations_token_key UNIQUE (token_hash)
);

-- No foreign key to the org: it would lock the org's row in every insert, and projects are what clients create in a
-- loop. Projects that an insert left behind a concurrent deletion of their org are swept by a job.
CREATE TABLE orgs.projects (
    org_id      uuid        NOT NULL,
    id          uuid        NOT NULL,
    name        text        NOT NULL,
    slug        text        NOT NULL,
    description text,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     bigint      NOT NULL DEFAULT 1,
    CONSTRAINT projects_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT projects_slug_key UNIQUE (org_id, slug)
);

SELECT kernel.protect('orgs.orgs', 'id');
SELECT kernel.protect('orgs.memberships', 'org_id');
SELECT kernel.protect('orgs.invitations', 'org_id');
SELECT kernel.protect('orgs.projects', 'org_id');

-- The orgs of the signed-in person, by name. The person is the transaction's, never a parameter.
CREATE FUNCTION orgs.of_person(p_after_name text, p_after_id uuid, p_limit int)
RETURNS TABLE (id uuid, name text, slug text, role text, joined_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id, o.name, o.slug, m.role, m.joined_at
      FROM orgs.memberships m JOIN orgs.orgs o ON o.id = m.org_id
     WHERE m.person_id = nullif(current_setting('app.person', true), '')::uuid
       AND (o.name, o.id) > (p_after_name, p_after_id)
     ORDER BY o.name, o.id
     LIMIT p_limit
$$;

-- Makes an org the tenant of this transaction for a person who is a member of it, and answers the role; null and no
-- tenant for everybody else. For what members do in their own name, without a permission: leaving.
CREATE FUNCTION orgs.enter(p_org uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held text;
BEGIN
    SELECT m.role INTO held FROM orgs.memberships m
     WHERE m.org_id = p_org AND m.person_id = nullif(current_setting('app.person', true), '')::uuid;
    IF found THEN
        PERFORM set_config('app.org', p_org::text, true);
    END IF;
    RETURN held;
END $$;

-- Takes an invitation by the hash of its token: locks it and makes its org the tenant of this transaction. No row when
-- there is none, or when it has expired.
CREATE FUNCTION orgs.open_invitation(p_token_hash bytea, p_now timestamptz)
RETURNS TABLE (id uuid, org_id uuid, role text, name text, slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT i.id, i.org_id, i.role, o.name, o.slug
          FROM orgs.invitations i JOIN orgs.orgs o ON o.id = i.org_id
         WHERE i.token_hash = p_token_hash AND i.expires_at > p_now
           FOR UPDATE OF i;
    IF found THEN
        PERFORM set_config('app.org',
            (SELECT i.org_id::text FROM orgs.invitations i WHERE i.token_hash = p_token_hash), true);
    END IF;
END $$;

-- Mails that wait to be sent, sealed since they carry invitation tokens (see MailQueue).
CREATE TABLE orgs.mails (
    id       uuid        NOT NULL,
    sealed   bytea       NOT NULL,
    attempts integer     NOT NULL DEFAULT 0,
    due_at   timestamptz NOT NULL,
    error    text,
    CONSTRAINT mails_pkey PRIMARY KEY (id)
);
CREATE INDEX mails_due_idx ON orgs.mails (due_at);
