-- SPDX-License-Identifier: EUPL-1.2
-- Names, one a line, as they look (cc_name_look()): words with one blank between them. An organisation whose
-- whole name stands in another's is found by the index.
CREATE FUNCTION cc_name_looks(p_names text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_remove(string_to_array(btrim(
        regexp_replace(regexp_replace(concord.cc_name_look(p_names), '[^[:alnum:]\n]+', ' ', 'g'), ' ?\n ?', E'\n', 'g')),
        E'\n'), '')
$$;
GRANT EXECUTE ON FUNCTION cc_name_looks(text) TO cc_web, cc_job, cc_login;
CREATE INDEX search_looks_i ON search USING gin (cc_name_looks(names)) WHERE kind = 'organisation';

-- Claims say what they are of; until now names, aliases and former names were one.
UPDATE organisation_confirmation
   SET claims = ARRAY(SELECT CASE WHEN c LIKE 'id:%' THEN c ELSE 'name:' || c END FROM unnest(claims) c);
