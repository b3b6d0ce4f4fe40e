-- SPDX-License-Identifier: EUPL-1.2
-- A code whose name is the code itself (the targets of the goals) is told by the beginning of its
-- definition, too: nobody chooses by number.
-- name: codelist_all :many :read () -> list, code, names, withdrawn, iati
SELECT list, code,
       CASE WHEN names->>'en' = code AND definitions ? 'en'
            THEN (SELECT jsonb_object_agg(key, code || ' ' || CASE WHEN length(value) <= 120 THEN value
                         ELSE regexp_replace(left(value, 120), '\s+\S*$', '') || '…' END)
                    FROM jsonb_each_text(definitions))
            ELSE names END AS names,
       withdrawn_on IS NOT NULL AS withdrawn, maps->>'iati' AS iati
  FROM code ORDER BY list, position;

-- name: codelist_load :one (list jsonb, document text) -> codes
SELECT cc_codelist_load($1, $2) AS codes;

-- Titles, names and definitions are those of the language asked for, else the English ones.
-- name: codelist_lists :many :read (lang text) -> name, version, source, title, lang, codes
SELECT name, version, source, coalesce(titles->>$1, titles->>'en', name) AS title,
       CASE WHEN titles ? $1 THEN $1 WHEN titles ? 'en' THEN 'en' ELSE 'und' END AS lang,
       (SELECT count(*) FROM code c WHERE c.list = l.name) AS codes
  FROM codelist l ORDER BY name;

-- name: codelist_get :opt :read (name text, lang text) -> name, version, source, title, lang
SELECT name, version, source, coalesce(titles->>$2, titles->>'en', name) AS title,
       CASE WHEN titles ? $2 THEN $2 WHEN titles ? 'en' THEN 'en' ELSE 'und' END AS lang
  FROM codelist WHERE name = $1;

-- name: codelist_codes :many :read (list text, lang text) -> code, name, name_lang, definition, definition_lang, maps, withdrawn_on
SELECT code, coalesce(names->>$2, names->>'en', code) AS name,
       CASE WHEN names ? $2 THEN $2 WHEN names ? 'en' THEN 'en' ELSE 'und' END AS name_lang,
       coalesce(definitions->>$2, definitions->>'en') AS definition,
       CASE WHEN definitions ? $2 THEN $2 ELSE 'en' END AS definition_lang,
       (SELECT string_agg(key || ' ' || value, ', ' ORDER BY key) FROM jsonb_each_text(maps)) AS maps,
       withdrawn_on
  FROM code WHERE list = $1 ORDER BY position;

-- name: codelist_document :opt :read (name text) -> document, loaded_at
SELECT document, cc_iso(loaded_at) AS loaded_at FROM codelist WHERE name = $1;

-- What the codes of a list that begin with this mean.
-- name: code_meanings :many :read (list text, prefix text, lang text) -> code, definition, lang
SELECT code, coalesce(definitions->>$3, definitions->>'en') AS definition,
       CASE WHEN definitions ? $3 THEN $3 ELSE 'en' END AS lang
  FROM code WHERE list = $1 AND starts_with(code, $2) ORDER BY position;
