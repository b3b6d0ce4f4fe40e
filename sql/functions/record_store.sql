-- SPDX-License-Identifier: EUPL-1.2
-- Records as JSON values into their rows, all of them replaced, a batch at a time: forms store a batch of
-- one. The caller has locked the records in this transaction (cc_record_lock) or made them
-- (cc_record_create). Row security decides. PL/pgSQL keeps the plans of its statements, SQL functions make
-- them anew in every call.
--
-- The functions of the kinds take two arrays, identifiers and contents: unnest() is cheaper than taking
-- the batch to pieces again for every table.

-- Human texts, [path, language, text] each, by the path that forms use.
CREATE OR REPLACE FUNCTION cc_texts_store(ids text[], texts jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.record_text (record_id, path, lang, text)
    SELECT id, t->>0, t->>1, t->>2
      FROM unnest(ids, texts) AS b(id, of_record), jsonb_array_elements(of_record) t;
END
$$;

CREATE OR REPLACE FUNCTION cc_shared_store(ids text[], contents jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.record_document (record_id, position, category, date, format, language, url)
    SELECT id, place, x.category, x.date, x.format, x.language, x.url
      FROM unnest(ids, contents) AS b(id, c),
           ROWS FROM (jsonb_to_recordset(c->'document') AS (category text[], date text, format text, language text[], url text))
           WITH ORDINALITY AS x(category, date, format, language, url, place);
    INSERT INTO concord.record_source (record_id, position, about, date, citation, url)
    SELECT id, place, s->>'about', s->>'date', s->>'citation', s->>'url'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'source') WITH ORDINALITY AS x(s, place);
END
$$;

CREATE OR REPLACE FUNCTION cc_organisation_store(ids text[], contents jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.organisation (record_id, type, country, founded, website, illustrative)
    SELECT id, c->>'type', c->>'country', c->>'founded', c->>'website',
            coalesce((c->>'illustrative')::boolean, false)
      FROM unnest(ids, contents) AS b(id, c);
    INSERT INTO concord.organisation_former_name (record_id, position, until)
    SELECT id, place, n->>'until'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'former-name') WITH ORDINALITY AS x(n, place);
    INSERT INTO concord.organisation_identifier (record_id, position, scheme, value, is_primary)
    SELECT id, place, i->>'scheme', i->>'value', coalesce((i->>'primary')::boolean, false)
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'identifier') WITH ORDINALITY AS x(i, place);
    INSERT INTO concord.organisation_relation (record_id, position, kind, organisation, from_date, until)
    SELECT id, place, r->>'kind', r->>'organisation', r->>'from', r->>'until'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'relation') WITH ORDINALITY AS x(r, place);
END
$$;

CREATE OR REPLACE FUNCTION cc_partnership_store(ids text[], contents jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.partnership (record_id, kind, legal_form, host, seat_country, scope, founded,
        planned_start, start_date, planned_end, end_date, state, website, illustrative)
    SELECT id, c->>'kind', c->>'legal-form', c->>'host', c->'seat'->>'country', c->>'scope',
            c->>'founded', c->>'planned-start', c->>'start', c->>'planned-end', c->>'end',
            c->>'state', c->>'website', coalesce((c->>'illustrative')::boolean, false)
      FROM unnest(ids, contents) AS b(id, c);
    INSERT INTO concord.partnership_mandate (record_id, position, date, reference, url)
    SELECT id, place, m->>'date', m->>'reference', m->>'url'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'mandate') WITH ORDINALITY AS x(m, place);
    INSERT INTO concord.partnership_place (record_id, vocabulary, code, percentage)
    SELECT id, 'country', p->>'code', (p->>'percentage')::numeric
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'country') p
    UNION ALL
    SELECT id, 'region', p->>'code', (p->>'percentage')::numeric
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'region') p;
    INSERT INTO concord.partnership_sdg (record_id, position, goal, target, weight)
    SELECT id, place, s->>'goal', s->>'target', (s->>'weight')::numeric
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'sdg') WITH ORDINALITY AS x(s, place);
    INSERT INTO concord.partnership_theme (record_id, theme)
    SELECT id, t FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements_text(c->'theme') t;
    INSERT INTO concord.partnership_contact (record_id, position, mail, phone, url)
    SELECT id, place, k->>'mail', k->>'phone', k->>'url'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'contact') WITH ORDINALITY AS x(k, place);
    INSERT INTO concord.partnership_link (record_id, position, kind, partnership)
    SELECT id, place, l->>'kind', l->>'partnership'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'link') WITH ORDINALITY AS x(l, place);
END
$$;

CREATE OR REPLACE FUNCTION cc_membership_store(ids text[], contents jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.membership (record_id, partnership, organisation, consent_state, consent_date,
                                    wording_sha256, illustrative)
    SELECT id, c->>'partnership', c->>'organisation', c->'consent'->>'state',
            (c->'consent'->>'date')::timestamptz, c->'consent'->>'wording-sha256',
            coalesce((c->>'illustrative')::boolean, false)
      FROM unnest(ids, contents) AS b(id, c);
    INSERT INTO concord.membership_role (record_id, position, code, from_date, until)
    SELECT id, place, r->>'code', r->>'from', r->>'until'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'role') WITH ORDINALITY AS x(r, place);
END
$$;

-- Takes away what cc_record_store() writes; what is of each kind goes with its first row (cc_part_of()).
CREATE OR REPLACE FUNCTION cc_record_clear(ids text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM concord.organisation WHERE record_id = ANY (ids);
    DELETE FROM concord.partnership WHERE record_id = ANY (ids);
    DELETE FROM concord.membership WHERE record_id = ANY (ids);
    DELETE FROM concord.commitment WHERE record_id = ANY (ids);
    DELETE FROM concord.activity WHERE record_id = ANY (ids);
    DELETE FROM concord.record_text WHERE record_id = ANY (ids);
    DELETE FROM concord.record_document WHERE record_id = ANY (ids);
    DELETE FROM concord.record_source WHERE record_id = ANY (ids);
END
$$;

-- p_batch: [{"id":"P..","kind":"partnership","content":{"state":"active",..},
--            "texts":[["title","en",".."],["participant.2.name","en",".."]]}]
-- Plans are made once for the session, when tables may be nearly empty: they must suit large ones.
CREATE OR REPLACE FUNCTION cc_record_store(p_batch jsonb) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    unlocked text;
    known text[];
    part record;
BEGIN
    SELECT min(b->>'id') FILTER (WHERE r.version IS NULL), array_agg(b->>'id') FILTER (WHERE r.version > 1)
      INTO unlocked, known
      FROM jsonb_array_elements(p_batch) b
      LEFT JOIN LATERAL (SELECT version FROM concord.record
                          WHERE id = b->>'id' AND kind = b->>'kind' AND locked_in = pg_current_xact_id()
                          LIMIT 1) r ON true;
    IF unlocked IS NOT NULL THEN
        RAISE EXCEPTION 'record "%" was not locked before it was stored', unlocked
            USING ERRCODE = 'CC001';
    END IF;
    IF known IS NOT NULL THEN -- others were made in this transaction: nothing of them is here
        PERFORM concord.cc_record_clear(known);
    END IF;
    FOR part IN SELECT b->>'kind' AS kind, array_agg(b->>'id') AS ids, array_agg(b->'content') AS contents,
                       array_agg(b->'texts') AS texts
                  FROM jsonb_array_elements(p_batch) b GROUP BY 1 LOOP
        CASE part.kind
            WHEN 'organisation' THEN PERFORM concord.cc_organisation_store(part.ids, part.contents);
            WHEN 'partnership' THEN PERFORM concord.cc_partnership_store(part.ids, part.contents);
            WHEN 'membership' THEN PERFORM concord.cc_membership_store(part.ids, part.contents);
            WHEN 'commitment' THEN PERFORM concord.cc_commitment_store(part.ids, part.contents);
            WHEN 'activity' THEN PERFORM concord.cc_activity_store(part.ids, part.contents);
        END CASE;
        PERFORM concord.cc_texts_store(part.ids, part.texts);
        PERFORM concord.cc_shared_store(part.ids, part.contents);
    END LOOP;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION cc_texts_store(text[], jsonb[]), cc_shared_store(text[], jsonb[]),
    cc_organisation_store(text[], jsonb[]), cc_partnership_store(text[], jsonb[]),
    cc_membership_store(text[], jsonb[]), cc_record_clear(text[]), cc_record_store(jsonb) TO cc_web, cc_job;
