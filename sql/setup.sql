-- SPDX-License-Identifier: EUPL-1.2
-- What a database administrator runs once with psql, as superuser, connected to any database:
-- `concord setup-sql` prints it with the name of the database. It may be run again at any time.
--
-- cc_owner owns everything and cannot log in. cc_migrate works as cc_owner from its first
-- statement on (the setting below), so what migrations make belongs to cc_owner. The other logins
-- own nothing, are no member of anything, and never SET ROLE. Passwords or peer maps are yours.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\if :{?database}
\else
    \set database concord
\endif
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
-- Jobs take as long as they need, but never wait for a lock, or within a transaction, for long.
ALTER ROLE cc_job SET lock_timeout = '10s';
ALTER ROLE cc_job SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE cc_audit SET statement_timeout = '60s';

-- Which characters are letters the server's locale says, or, where that knows only those of ASCII, C.UTF-8.
SELECT format('CREATE DATABASE %I OWNER cc_owner ENCODING ''UTF8'' LOCALE_PROVIDER libc LC_COLLATE ''C'' LC_CTYPE %L TEMPLATE template0', :'database',
              (SELECT CASE WHEN datctype ~* 'utf-?8' THEN datctype ELSE 'C.UTF-8' END FROM pg_catalog.pg_database WHERE datname = 'template0'))
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO cc_migrate, cc_web, cc_login, cc_job, cc_audit;
\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
