-- SPDX-License-Identifier: EUPL-1.2
-- The schema, the trusted extensions and who may look into it. Every object belongs to cc_owner.
DO $$
BEGIN
    IF current_user <> 'cc_owner' THEN
        RAISE EXCEPTION 'migrations must run as cc_owner, not as %', current_user
            USING HINT = 'Run the script of "concord setup-sql" first; it makes cc_migrate work as cc_owner.';
    END IF;
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database encoding is %, but must be UTF8', current_setting('server_encoding');
    END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS concord;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA concord;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA concord;

GRANT USAGE ON SCHEMA concord TO cc_web, cc_login, cc_job, cc_audit;
-- Functions are open to everybody by default; ours are opened one by one.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
