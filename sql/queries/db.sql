-- SPDX-License-Identifier: EUPL-1.2
-- What the database layer itself says: transactions, the set-up of a connection, migrations.

-- name: db_begin :exec ()
BEGIN;

-- name: db_begin_read :exec ()
BEGIN READ ONLY;

-- name: db_commit :exec ()
COMMIT;

-- name: db_rollback :exec ()
ROLLBACK;

-- name: db_ping :one :read () -> version
SELECT current_setting('server_version') AS version;

-- The session's own settings, whatever the role or the database says. No statement of ours runs long
-- enough to be worth compiling: an estimate that is too high would cost seconds instead of a millisecond.
-- name: db_session_set :one (statement_timeout text) -> search_path, statement_timeout, jit
SELECT set_config('search_path', 'concord, pg_temp', false) AS search_path,
       set_config('statement_timeout', $1, false) AS statement_timeout,
       set_config('jit', 'off', false) AS jit;

-- Asked after setting: a pooler in between may have sent the two statements to different sessions.
-- name: db_session_get :one () -> search_path, statement_timeout_ms, encoding
SELECT current_setting('search_path') AS search_path,
       (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout')
           AS statement_timeout_ms,
       current_setting('server_encoding') AS encoding;

-- One migration runs at a time; the lock ends with the session.
-- name: migration_lock :exec ()
SELECT pg_catalog.pg_advisory_lock(7305801180563108963);

-- name: migration_patience :one () -> lock_timeout
SELECT set_config('lock_timeout', '60s', false) AS lock_timeout;

-- Everything that a migration makes belongs to cc_owner; ends with the transaction.
-- name: migration_role :exec ()
SET LOCAL ROLE cc_owner;

-- name: migration_schema :exec ()
CREATE SCHEMA IF NOT EXISTS concord;

-- name: migration_table :exec ()
CREATE TABLE IF NOT EXISTS concord.migration (
    name text CONSTRAINT pk_migration PRIMARY KEY,
    sha256 text NOT NULL CONSTRAINT ck_migration_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL DEFAULT session_user
);

-- name: migration_exists :one (name text) -> found
SELECT pg_catalog.to_regclass('concord.' || $1) IS NOT NULL AS found;

-- name: migration_list :many () -> name, sha256
SELECT m.name, m.sha256 FROM concord.migration m ORDER BY m.name COLLATE "C";

-- name: migration_record :exec (name text, sha256 text)
INSERT INTO concord.migration (name, sha256) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE
SET sha256 = excluded.sha256, applied_at = now(), applied_by = session_user;

-- What of the settings the database itself keeps to.
-- name: migration_rule :exec (confirm_organisations boolean)
UPDATE concord.registry_rule SET confirm_organisations = $1 WHERE confirm_organisations <> $1;

-- Functions may call each other in any order: created unchecked, then once more checked.
-- name: migration_bodies :one (checked text) -> checked
SELECT set_config('check_function_bodies', $1, true) AS checked;
