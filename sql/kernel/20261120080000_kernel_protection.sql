-- Row-level security and append-only tables: what every domain's migration calls for its own tables.

-- A tenant table: its rows show only under the transaction's tenant, or beyond tenants for the platform.
CREATE FUNCTION kernel.protect(p_table regclass, p_column name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format(
    'CREATE POLICY tenant ON %s USING (%I = nullif((SELECT current_setting(''app.org'', true)), '''')::uuid'
    ' OR (SELECT current_setting(''app.platform'', true)) = ''on'')', p_table, p_column);
  PERFORM kernel.open_to_owner(p_table);
END $$;

-- A person's table: its rows show only to that person, or beyond tenants for the platform.
CREATE FUNCTION kernel.protect_person(p_table regclass, p_column name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format(
    'CREATE POLICY person ON %s USING (%I = nullif((SELECT current_setting(''app.person'', true)), '''')::uuid'
    ' OR (SELECT current_setting(''app.platform'', true)) = ''on'')', p_table, p_column);
  PERFORM kernel.open_to_owner(p_table);
END $$;

-- The owner is no superuser; functions that run with its rights (SECURITY DEFINER) see all rows by this policy.
CREATE FUNCTION kernel.open_to_owner(p_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = p_table AND polname = 'owner') THEN
    EXECUTE format('CREATE POLICY owner ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', p_table);
  END IF;
END $$;

CREATE FUNCTION kernel.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- An append-only table: no role may UPDATE, DELETE or TRUNCATE, and a trigger refuses it to the owner too.
-- A partitioned table gives its row trigger to its partitions.
CREATE FUNCTION kernel.append_only(p_table regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_role name;
BEGIN
  FOR v_role IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'vertebra\_%' AND rolname <> current_user LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', p_table, v_role);
  END LOOP;
  EXECUTE format('CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %s FOR EACH ROW'
    ' EXECUTE FUNCTION kernel.refuse_change()', p_table);
  EXECUTE format('CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s FOR EACH STATEMENT'
    ' EXECUTE FUNCTION kernel.refuse_change()', p_table);
  EXECUTE format('COMMENT ON TRIGGER append_only_rows ON %s IS %L', p_table, 'append-only');
END $$;
