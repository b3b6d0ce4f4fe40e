-- SPDX-License-Identifier: EUPL-1.2
-- The working copy of an activity as one JSON value and back: what cc_record_load() and
-- cc_record_store() call. PL/pgSQL, so that plans are kept and functions of files behind this one can
-- be named.

-- All texts of the items of repeated groups: {"participant":{"2":{"name":[{"lang","text"}]}}}.
CREATE OR REPLACE FUNCTION cc_item_texts(p_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT jsonb_object_agg(field, items)
              FROM (SELECT field, jsonb_object_agg(place, texts) AS items
                      FROM (SELECT field, place, jsonb_object_agg(child, texts) AS texts
                              FROM (SELECT split_part(path, '.', 1) AS field, split_part(path, '.', 2) AS place,
                                           split_part(path, '.', 3) AS child,
                                           jsonb_agg(jsonb_build_object('lang', lang, 'text', text)
                                                     ORDER BY lang COLLATE "C") AS texts
                                      FROM concord.record_text
                                     WHERE record_id = p_id AND path LIKE '%.%.%'
                                     GROUP BY 1, 2, 3) by_child
                             GROUP BY 1, 2) by_item
                     GROUP BY 1) by_field);
END
$$;

CREATE OR REPLACE FUNCTION cc_activity_load(p_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    texts jsonb := coalesce(concord.cc_item_texts(p_id), '{}');
    codes jsonb;
    statements jsonb;
    none CONSTANT jsonb := '{}';
BEGIN
    SELECT jsonb_object_agg(field, items) INTO codes
      FROM (SELECT field, jsonb_agg(jsonb_build_object('code', code, 'percentage', percentage::text,
                       'vocabulary', vocabulary, 'vocabulary-uri', vocabulary_uri,
                       CASE field WHEN 'marker' THEN 'significance' ELSE 'type' END, qualifier)
                   || coalesce(texts #> ARRAY[field, position::text], none) ORDER BY position) AS items
              FROM concord.activity_code WHERE record_id = p_id GROUP BY field) by_field;
    SELECT jsonb_object_agg(field, items) INTO statements
      FROM (SELECT field, jsonb_agg(jsonb_build_object('type', type)
                   || coalesce(texts #> ARRAY[field, position::text], none) ORDER BY position) AS items
              FROM concord.activity_statement WHERE record_id = p_id GROUP BY field) by_field;
    RETURN coalesce(codes, none) || coalesce(statements, none) || (
        SELECT jsonb_build_object(
            'title', concord.cc_texts(p_id, 'title'), 'iati-identifier', iati_identifier,
            'other-identifier', (SELECT jsonb_agg(jsonb_build_object('owner', owner, 'ref', ref, 'type', type)
                        || coalesce(texts #> ARRAY['other-identifier', position::text], none) ORDER BY position)
                    FROM concord.activity_identifier WHERE record_id = p_id),
            'reporting', nullif(jsonb_strip_nulls(jsonb_build_object('organisation', reporting_organisation,
                        'ref', reporting_ref, 'secondary', concord.cc_true(reporting_secondary),
                        'type', reporting_type, 'name', concord.cc_texts(p_id, 'reporting.name'))), none),
            'kind', kind, 'partnership', partnership, 'scope', scope, 'hierarchy', hierarchy,
            'planned-start', planned_start, 'start', start_date, 'planned-end', planned_end, 'end', end_date,
            'state', state, 'humanitarian', concord.cc_true(humanitarian),
            'participant', (SELECT jsonb_agg(jsonb_build_object('activity', activity, 'channel', channel,
                        'organisation', organisation, 'ref', ref, 'role', role, 'type', type)
                        || coalesce(texts #> ARRAY['participant', position::text], none) ORDER BY position)
                    FROM concord.activity_participant WHERE record_id = p_id),
            'location', (SELECT jsonb_agg(jsonb_build_object('area', area, 'class', class, 'designation', designation, 'exactness', exactness, 'gazetteer', gazetteer,
                        'point', point, 'reach', reach, 'ref', ref)
                        || coalesce(texts #> ARRAY['location', position::text], none) ORDER BY position)
                    FROM concord.activity_location WHERE record_id = p_id),
            'sdg', (SELECT jsonb_agg(jsonb_build_object('goal', goal, 'target', target, 'weight', weight::text)
                        || coalesce(texts #> ARRAY['sdg', position::text], none) ORDER BY position)
                    FROM concord.activity_sdg WHERE record_id = p_id))
        || jsonb_build_object(
            'collaboration-type', collaboration_type, 'flow-type', flow_type, 'finance-type', finance_type,
            'tied-status', tied_status, 'default-currency', default_currency,
            'default-language', default_language, 'last-updated', concord.cc_iso(last_updated),
            'contact', (SELECT jsonb_agg(jsonb_build_object('mail', mail, 'phone', phone, 'url', url)
                        || coalesce(texts #> ARRAY['contact', position::text], none) ORDER BY position)
                    FROM concord.activity_contact WHERE record_id = p_id),
            'related', (SELECT jsonb_agg(jsonb_build_object('activity', activity, 'ref', ref, 'type', type)
                        ORDER BY position)
                    FROM concord.activity_related WHERE record_id = p_id),
            'illustrative', concord.cc_true(illustrative))
          FROM concord.activity WHERE record_id = p_id);
END
$$;

CREATE OR REPLACE FUNCTION cc_activity_store(ids text[], contents jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.activity (record_id, iati_identifier, reporting_organisation, reporting_ref,
        reporting_secondary, reporting_type, kind, partnership, scope, hierarchy, planned_start, start_date,
        planned_end, end_date, state, humanitarian, collaboration_type, flow_type, finance_type, tied_status,
        default_currency, default_language, last_updated, illustrative)
    SELECT id, c->>'iati-identifier', c->'reporting'->>'organisation', c->'reporting'->>'ref',
        coalesce((c->'reporting'->>'secondary')::boolean, false), c->'reporting'->>'type', c->>'kind',
        c->>'partnership', c->>'scope',
        c->>'hierarchy', c->>'planned-start', c->>'start', c->>'planned-end', c->>'end', c->>'state',
        coalesce((c->>'humanitarian')::boolean, false), c->>'collaboration-type', c->>'flow-type',
        c->>'finance-type', c->>'tied-status', c->>'default-currency', c->>'default-language',
        (c->>'last-updated')::timestamptz, coalesce((c->>'illustrative')::boolean, false)
      FROM unnest(ids, contents) AS b(id, c);
    INSERT INTO concord.activity_identifier (record_id, position, owner, ref, type)
    SELECT id, place, i->>'owner', i->>'ref', i->>'type'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'other-identifier') WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.activity_statement (record_id, field, position, type)
    SELECT id, 'description', place, i->>'type'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'description') WITH ORDINALITY AS x(i, place)
    UNION ALL
    SELECT id, 'condition', place, i->>'type'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'condition') WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.activity_participant (record_id, position, activity, channel, organisation, ref, role, type)
    SELECT id, place, i->>'activity', i->>'channel', i->>'organisation', i->>'ref', i->>'role', i->>'type'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'participant') WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.activity_code (record_id, field, position, code, vocabulary, vocabulary_uri,
                                       percentage, qualifier)
    SELECT id, field, place, i->>'code', i->>'vocabulary', i->>'vocabulary-uri',
           (i->>'percentage')::numeric, coalesce(i->>'significance', i->>'type')
      FROM unnest(ids, contents) AS b(id, c),
           unnest(ARRAY['country', 'region', 'sector', 'tag', 'marker', 'humanitarian-scope', 'aid-type']) AS field,
           jsonb_array_elements(c->field) WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.activity_location (record_id, position, area, class, designation, exactness, gazetteer, point, reach, ref)
    SELECT id, place, x.area, x.class, x.designation, x.exactness, x.gazetteer, x.point, x.reach, x.ref
      FROM unnest(ids, contents) AS b(id, c),
           ROWS FROM (jsonb_to_recordset(c->'location') AS (area text[], class text, designation text, exactness text,
                                                            gazetteer text[], point text, reach text, ref text))
           WITH ORDINALITY AS x(area, class, designation, exactness, gazetteer, point, reach, ref, place);
    INSERT INTO concord.activity_sdg (record_id, position, goal, target, weight)
    SELECT id, place, i->>'goal', i->>'target', (i->>'weight')::numeric
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'sdg') WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.activity_contact (record_id, position, mail, phone, url)
    SELECT id, place, i->>'mail', i->>'phone', i->>'url'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'contact') WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.activity_related (record_id, position, activity, ref, type)
    SELECT id, place, i->>'activity', i->>'ref', i->>'type'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'related') WITH ORDINALITY AS x(i, place);
END
$$;
GRANT EXECUTE ON FUNCTION cc_item_texts(text), cc_activity_load(text),
    cc_activity_store(text[], jsonb[]) TO cc_web, cc_job;
