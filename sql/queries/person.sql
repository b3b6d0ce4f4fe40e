-- SPDX-License-Identifier: EUPL-1.2
-- People, for the secretariat.

-- By name; like NULL = all, after_id NULL = from the first.
-- name: person_list :many :read (like text, after_name text, after_id uuid, max integer) -> id, login, name, mail, roles, active, signed_in_at, orgs, sort_name
SELECT id, login, name, mail, roles, active, cc_iso(signed_in_at) AS signed_in_at, orgs,
       lower(name) AS sort_name
  FROM cc_person_list($1, $2, $3, $4);
