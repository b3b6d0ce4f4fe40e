-- SPDX-License-Identifier: EUPL-1.2
-- The identifiers that organisations have published, by which it is decided whose an activity's identifier is: those of
-- the newest published content, also of one that was withdrawn or merged since. The words of the search were asked
-- before, which leave out what has a blank.

-- How identifiers are compared, as cgi/xml/iati_identifier.c does: without case, wide forms, and what cannot be seen.
CREATE OR REPLACE FUNCTION cc_iati_key(identifier text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(btrim(normalize(regexp_replace(
        replace(replace(lower(normalize(identifier, NFKC) COLLATE "und-x-icu"), 'ß', 'ss'), 'ς', 'σ'),
        '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U000E0000-\U000E0FFF]',
        '', 'g'), NFKC)), '')
$$;
-- What is only written decides nothing.
ALTER TABLE organisation_identifier DROP key;

CREATE TABLE told_identifier (
    record_id text NOT NULL,
    key text COLLATE "C" NOT NULL,
    ref text NOT NULL,
    PRIMARY KEY (key, record_id)
);
CREATE INDEX told_identifier_record_i ON told_identifier (record_id);
GRANT SELECT ON told_identifier TO cc_web, cc_login, cc_job, cc_audit;

-- The body stands in sql/functions/iati.sql.
CREATE FUNCTION cc_iati_tell() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER revision_told AFTER INSERT ON revision
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION cc_iati_tell();

INSERT INTO told_identifier (record_id, key, ref)
SELECT p.record_id, cc_iati_key(v.ref), min(v.ref)
  FROM publication p
 CROSS JOIN LATERAL (SELECT content FROM revision
                      WHERE record_id = p.record_id AND state = 'published' ORDER BY number DESC LIMIT 1) r
 CROSS JOIN LATERAL regexp_matches(r.content, '<identifier (?:[^>]* )?scheme="([^"]*)"[^>]*>([^<]*)</identifier>', 'g') m
 CROSS JOIN LATERAL (SELECT replace(replace(replace(m[2], '&lt;', '<'), '&gt;', '>'), '&amp;', '&') AS value) t
 CROSS JOIN LATERAL (SELECT CASE WHEN starts_with(t.value, m[1] || '-') THEN t.value ELSE m[1] || '-' || t.value END AS ref) v
 WHERE p.kind = 'organisation' AND m[1] <> 'UNGM' AND cc_iati_key(v.ref) IS NOT NULL
 GROUP BY 1, 2;
