-- SPDX-License-Identifier: EUPL-1.2
-- People, for the secretariat.

-- By name; like NULL = all, after NULL = from the first, else behind that person.
-- name: person_list :many :read (like text, after uuid, max integer) -> id, login, name, mail, roles, active, signed_in_at, orgs
SELECT id, login, name, mail, roles, active, cc_iso(signed_in_at) AS signed_in_at, orgs
  FROM cc_person_list($1, $2, $3);
