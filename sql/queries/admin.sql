-- SPDX-License-Identifier: EUPL-1.2
-- People, sessions and the audit log, for administrators.

-- name: person_show :opt :read (id uuid) -> subject, login, name, mail, roles, active, created_at, signed_in_at
SELECT subject, login, name, mail, roles, active, cc_iso(created_at) AS created_at, cc_iso(signed_in_at) AS signed_in_at
  FROM cc_person_show($1);

-- name: person_sessions :many :read (id uuid) -> id, opened, seen, address, user_agent
SELECT id, cc_iso(created_at) AS opened, cc_iso(seen_at) AS seen, address, user_agent FROM cc_person_sessions($1);

-- session NULL = all.
-- name: person_sessions_end :one (id uuid, session uuid) -> ended
SELECT cc_person_sessions_end($1, $2) AS ended;

-- The newest first; what is NULL is not asked. person: a login name or the number of a person.
-- name: audit_list :many :read (person text, object text, action text, before bigint, max integer) -> id, at, by_login, person, name, action, object, detail
SELECT id, cc_iso(at) AS at, by_login, person, name, action, object, detail FROM cc_audit_list($1, $2, $3, $4, $5);
