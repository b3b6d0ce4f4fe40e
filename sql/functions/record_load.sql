-- SPDX-License-Identifier: EUPL-1.2
-- The rows of a working copy as one JSON value, the mirror of cc_record_store(). Absent values are
-- left out; row security decides what there is.

-- [{"lang","text"}] of a path, NULL if there is none.
CREATE OR REPLACE FUNCTION cc_texts(p_id text, p_path text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object('lang', lang, 'text', text) ORDER BY lang COLLATE "C")
      FROM concord.record_text WHERE record_id = p_id AND path = p_path
$$;
-- All texts of the items of a repeated group that has nothing but texts: [{"text":[..]}].
CREATE OR REPLACE FUNCTION cc_text_items(p_id text, p_group text, p_child text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object(p_child, concord.cc_texts(p_id, path)) ORDER BY place)
      FROM (SELECT DISTINCT path, split_part(path, '.', 2)::integer AS place
              FROM concord.record_text
             WHERE record_id = p_id AND path LIKE p_group || '.%.' || p_child) paths
$$;
CREATE OR REPLACE FUNCTION cc_true(b boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN b THEN 'true' END $$;

CREATE OR REPLACE FUNCTION cc_shared_load(p_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'document', (SELECT jsonb_agg(jsonb_build_object('category', category, 'date', date,
                        'format', format, 'language', language, 'url', url,
                        'title', concord.cc_texts(p_id, 'document.' || position || '.title'),
                        'description', concord.cc_texts(p_id, 'document.' || position || '.description')) ORDER BY position)
                       FROM concord.record_document WHERE record_id = p_id),
        'source', (SELECT jsonb_agg(jsonb_build_object('about', about, 'date', date,
                        'citation', citation, 'url', url) ORDER BY position)
                     FROM concord.record_source WHERE record_id = p_id))
$$;

CREATE OR REPLACE FUNCTION cc_organisation_load(p_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'name', concord.cc_texts(p_id, 'name'), 'acronym', concord.cc_texts(p_id, 'acronym'),
        'alias', concord.cc_text_items(p_id, 'alias', 'name'),
        'former-name', (SELECT jsonb_agg(jsonb_build_object('until', until,
                            'name', concord.cc_texts(p_id, 'former-name.' || position || '.name')) ORDER BY position)
                          FROM concord.organisation_former_name WHERE record_id = p_id),
        'type', type, 'country', country, 'founded', founded, 'website', website,
        'description', concord.cc_texts(p_id, 'description'),
        'identifier', (SELECT jsonb_agg(jsonb_build_object('primary', concord.cc_true(is_primary),
                            'scheme', scheme, 'value', value) ORDER BY position)
                         FROM concord.organisation_identifier WHERE record_id = p_id),
        'relation', (SELECT jsonb_agg(jsonb_build_object('from', from_date, 'kind', kind,
                            'organisation', organisation, 'until', until) ORDER BY position)
                       FROM concord.organisation_relation WHERE record_id = p_id),
        'illustrative', concord.cc_true(illustrative))
      FROM concord.organisation WHERE record_id = p_id
$$;

CREATE OR REPLACE FUNCTION cc_places(p_id text, p_vocabulary text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object('code', code, 'percentage', percentage::text)
                     ORDER BY code COLLATE "C")
      FROM concord.partnership_place WHERE record_id = p_id AND vocabulary = p_vocabulary
$$;

CREATE OR REPLACE FUNCTION cc_partnership_load(p_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'title', concord.cc_texts(p_id, 'title'), 'acronym', concord.cc_texts(p_id, 'acronym'),
        'summary', concord.cc_texts(p_id, 'summary'), 'vision', concord.cc_texts(p_id, 'vision'),
        'goal', concord.cc_text_items(p_id, 'goal', 'text'),
        'kind', kind, 'legal-form', legal_form, 'host', host,
        'mandate', (SELECT jsonb_agg(jsonb_build_object('date', date, 'reference', reference, 'url', url,
                            'text', concord.cc_texts(p_id, 'mandate.' || position || '.text')) ORDER BY position)
                      FROM concord.partnership_mandate WHERE record_id = p_id))
    || jsonb_build_object(
        'seat', nullif(jsonb_strip_nulls(jsonb_build_object('country', seat_country,
                            'city', concord.cc_texts(p_id, 'seat.city'))), '{}'),
        'scope', scope, 'country', concord.cc_places(p_id, 'country'), 'region', concord.cc_places(p_id, 'region'),
        'sdg', (SELECT jsonb_agg(jsonb_build_object('goal', goal, 'target', target, 'weight', weight::text,
                            'statement', concord.cc_texts(p_id, 'sdg.' || position || '.statement')) ORDER BY position)
                  FROM concord.partnership_sdg WHERE record_id = p_id),
        'theme', (SELECT jsonb_agg(theme ORDER BY theme COLLATE "C")
                    FROM concord.partnership_theme WHERE record_id = p_id),
        'founded', founded, 'planned-start', planned_start, 'start', start_date,
        'planned-end', planned_end, 'end', end_date, 'state', state, 'website', website,
        'contact', (SELECT jsonb_agg(jsonb_build_object('mail', mail, 'phone', phone, 'url', url,
                            'office', concord.cc_texts(p_id, 'contact.' || position || '.office'),
                            'organisation', concord.cc_texts(p_id, 'contact.' || position || '.organisation'),
                            'job-title', concord.cc_texts(p_id, 'contact.' || position || '.job-title'),
                            'address', concord.cc_texts(p_id, 'contact.' || position || '.address')) ORDER BY position)
                      FROM concord.partnership_contact WHERE record_id = p_id),
        'link', (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'partnership', partnership) ORDER BY position)
                   FROM concord.partnership_link WHERE record_id = p_id),
        'illustrative', concord.cc_true(illustrative))
      FROM concord.partnership WHERE record_id = p_id
$$;

CREATE OR REPLACE FUNCTION cc_consent_load(p_of concord.membership) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_of.consent_state IS NOT NULL THEN
        jsonb_build_object('date', concord.cc_iso(p_of.consent_date), 'state', p_of.consent_state,
                           'wording-sha256', p_of.wording_sha256,
                           'reason', concord.cc_texts(p_of.record_id, 'consent.reason')) END
$$;

CREATE OR REPLACE FUNCTION cc_membership_load(p_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'partnership', partnership, 'organisation', organisation,
        'role', (SELECT jsonb_agg(jsonb_build_object('code', code, 'from', from_date, 'until', until) ORDER BY position)
                   FROM concord.membership_role WHERE record_id = p_id),
        'constituency', concord.cc_texts(p_id, 'constituency'),
        'contribution', concord.cc_texts(p_id, 'contribution'),
        'consent', concord.cc_consent_load(m),
        'illustrative', concord.cc_true(illustrative))
      FROM concord.membership m WHERE record_id = p_id
$$;

CREATE OR REPLACE FUNCTION cc_record_load(p_id text, p_kind text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(coalesce(CASE p_kind
               WHEN 'organisation' THEN concord.cc_organisation_load(p_id)
               WHEN 'partnership' THEN concord.cc_partnership_load(p_id)
               WHEN 'membership' THEN concord.cc_membership_load(p_id)
               WHEN 'commitment' THEN concord.cc_commitment_load(p_id)
               WHEN 'activity' THEN concord.cc_activity_load(p_id) END, '{}')
           || concord.cc_shared_load(p_id))
$$;
-- Identifiers that a working copy holds: what it refers to, and what only looks like one.
CREATE OR REPLACE FUNCTION cc_references(p_id text, p_kind text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT v #>> '{}'
      FROM jsonb_path_query(concord.cc_record_load(p_id, p_kind),
               '$.** ? (@.type() == "string" && @ like_regex "^[A-Z][0-9A-Z]{13}$")') v
$$;
GRANT EXECUTE ON FUNCTION cc_texts(text, text), cc_text_items(text, text, text), cc_true(boolean),
    cc_shared_load(text), cc_organisation_load(text), cc_places(text, text), cc_partnership_load(text),
    cc_consent_load(membership), cc_membership_load(text), cc_record_load(text, text), cc_references(text, text) TO cc_web, cc_job;
