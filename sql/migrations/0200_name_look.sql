-- SPDX-License-Identifier: EUPL-1.2
-- How a name looks: letters of other scripts, accents, marks, digits and shapes (full width, bold) that look
-- like a letter are that letter, capitals are small, what nobody sees is gone. Two names that people take for
-- each other come out alike; what comes out is shown to nobody. A genuine name in another script changes, too,
-- on both sides of a comparison in the same way. Names of ASCII alone, nearly all, cost one pass.
-- search_look_i is made of it: who changes it makes that index anew in the same migration.
CREATE FUNCTION cc_name_look(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(p_name) = length(p_name) THEN translate(lower(p_name), '1|l0''`.', 'iiio')
           ELSE translate(
               regexp_replace(lower(normalize(translate(p_name, 'ϲϹϳͿ', 'ccjj'), NFKD)),
                   -- marks; what has no width; apostrophes and dots
                   '[\u00ad\u0300-\u036f\u061c\u0640\u064b-\u065f\u0670\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f'
                   || '\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff''`.\u02bc\u2018\u2019\u00b7]',
                   '', 'g'),
                'аαɑæвβьßсԁđðеεєɡһнηħհ'
                || 'іιıӏɪł1|lјкκмμνпոоοσςօøœ0'
                || 'рρԛѕтτυսѵԝωѡхχуүγζ'
                || 'ٱىیةک',
                'aaaabbbbcdddeeeghhhhh'
                || 'iiiiiiiiijkkmmnnnoooooooo'
                || 'ppqsttuuvwwwxxyyyz'
                || 'اييهك')
           END
$$;
GRANT EXECUTE ON FUNCTION cc_name_look(text) TO cc_web, cc_job, cc_login;
CREATE INDEX search_look_i ON search USING gin (cc_name_look(names) gin_trgm_ops) WHERE kind = 'organisation';
