-- SPDX-License-Identifier: EUPL-1.2
-- What a database administrator runs once, as superuser, connected to any database (printed by
-- `concord setup-sql`). Roles are of the whole cluster; the database is made behind this script:
--
--   CREATE DATABASE concord OWNER cc_owner ENCODING 'UTF8' TEMPLATE template0;
--
-- cc_owner owns everything and cannot log in. cc_migrate works as cc_owner from its first
-- statement on (the setting below), so what migrations make belongs to cc_owner. The other logins
-- own nothing, are no member of anything, and never SET ROLE. Passwords or peer maps are yours.
DO $$
DECLARE
    login text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cc_owner') THEN
        CREATE ROLE cc_owner NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;
    END IF;
    FOREACH login IN ARRAY ARRAY['cc_migrate', 'cc_web', 'cc_login', 'cc_job', 'cc_audit'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', login);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path = concord, pg_temp', login);
        EXECUTE format('ALTER ROLE %I SET timezone = ''UTC''', login);
    END LOOP;
END
$$;
GRANT cc_owner TO cc_migrate;
ALTER ROLE cc_migrate SET role = 'cc_owner';
ALTER ROLE cc_web SET statement_timeout = '5s';
ALTER ROLE cc_web SET lock_timeout = '2s';
ALTER ROLE cc_web SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE cc_login SET statement_timeout = '5s';
ALTER ROLE cc_login SET lock_timeout = '2s';
ALTER ROLE cc_login SET idle_in_transaction_session_timeout = '10s';
