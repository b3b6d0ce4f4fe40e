-- SPDX-License-Identifier: EUPL-1.2
-- The first statements of requests with a session.

-- name: request_open :opt :read (token_hash text) -> person, name, session, csrf_key, roles, orgs, records, stale
SELECT person, name, session, csrf_key, roles, orgs, records, stale FROM cc_request_open($1);

-- name: session_keep :one (token_hash text, new_hash text) -> is_changed
SELECT cc_session_keep($1, $2) AS is_changed;

-- name: once :one (key text, result text) -> fresh, result
SELECT fresh, result FROM cc_once($1, $2);

-- name: audit :exec (action text, object text, detail jsonb)
INSERT INTO audit_event (action, object, detail) VALUES ($1, $2, coalesce($3::jsonb, '{}'));

-- name: audit_of :many :read (object text, before bigint, max integer) -> id, at, person, action, revision
SELECT id, cc_iso(at) AS at, person, action, detail->>'revision' AS revision FROM cc_audit_of($1, $2, $3);

-- name: org_people :many :read (organisation text, after uuid, max integer) -> person, login, name, role
SELECT person, login, name, role FROM cc_org_people($1, $2, $3);

-- name: org_grant :one (organisation text, login text, role text) -> done
SELECT cc_org_grant($1, $2, $3) AS done;

-- name: record_people :many :read (record text, after uuid, max integer) -> person, login, name, role
SELECT person, login, name, role FROM cc_record_people($1, $2, $3);

-- name: record_grant :one (record text, login text, role text) -> done
SELECT cc_record_grant($1, $2, $3) AS done;
