-- SPDX-License-Identifier: EUPL-1.2
-- name: codelist_all :many :read () -> list, code, names, withdrawn
SELECT list, code, names, withdrawn_on IS NOT NULL AS withdrawn FROM code ORDER BY list, position;

-- name: codelist_load :one (list jsonb, document text) -> codes
SELECT cc_codelist_load($1, $2) AS codes;

-- name: codelist_lists :many :read () -> name, version, source, titles, codes
SELECT name, version, source, titles, (SELECT count(*) FROM code c WHERE c.list = l.name) AS codes
  FROM codelist l ORDER BY name;

-- name: codelist_get :opt :read (name text) -> name, version, source, titles, document
SELECT name, version, source, titles, document FROM codelist WHERE name = $1;

-- name: codelist_codes :many :read (list text) -> code, names, definitions, maps, withdrawn_on
SELECT code, names, definitions, maps, withdrawn_on FROM code WHERE list = $1 ORDER BY position;
