#!/usr/bin/env bash
# Runs once, on an empty volume: the owner of the platform's schemas, who is no superuser, and the role by which
# PgBouncer looks passwords up. The login role of each domain is made by `vertebra migrate up`.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=owner="$(cat /run/secrets/owner)" --set=bouncer="$(cat /run/secrets/pgbouncer)" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE vertebra LOGIN CREATEROLE PASSWORD :'owner';
CREATE DATABASE vertebra OWNER vertebra;
CREATE ROLE pgbouncer LOGIN PASSWORD :'bouncer';
\connect vertebra
CREATE SCHEMA pgbouncer AUTHORIZATION postgres;
REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer;
CREATE FUNCTION pgbouncer.login(role text) RETURNS TABLE (name text, password text)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
  AS $$SELECT rolname::text, rolpassword::text FROM pg_authid
    WHERE rolname = role AND rolcanlogin AND NOT rolsuper$$;
REVOKE ALL ON FUNCTION pgbouncer.login(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.login(text) TO pgbouncer;
SQL
