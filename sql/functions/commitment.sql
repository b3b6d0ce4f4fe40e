-- SPDX-License-Identifier: EUPL-1.2
-- Commitments as JSON values into their rows and back: see record_store.sql and record_load.sql.
CREATE OR REPLACE FUNCTION cc_commitment_store(ids text[], contents jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.commitment (record_id, kind, continuity, baseline_date, baseline_quantity,
        partnership, cycle, announced, start_date, due, completed, state, review_date, reviewer, illustrative,
        same_as)
    SELECT id, c->>'kind', c->>'continuity', c->'baseline'->>'date',
            (c->'baseline'->>'quantity')::numeric, c->>'partnership', c->>'cycle', c->>'announced',
            c->>'start', c->>'due', c->>'completed', c->>'state', c->'review'->>'date',
            c->'review'->>'reviewer', coalesce((c->>'illustrative')::boolean, false), c->>'same-as'
      FROM unnest(ids, contents) AS b(id, c);
    INSERT INTO concord.commitment_maker (record_id, position, organisation)
    SELECT id, place, m FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements_text(c->'maker') WITH ORDINALITY AS x(m, place);
    INSERT INTO concord.commitment_sdg (record_id, position, goal, target, weight)
    SELECT id, place, s->>'goal', s->>'target', (s->>'weight')::numeric
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'sdg') WITH ORDINALITY AS x(s, place);
    INSERT INTO concord.commitment_deliverable (record_id, position, completed, due, quantity, state, evidence)
    SELECT id, place, d->>'completed', d->>'due', (d->>'quantity')::numeric, d->>'state', d->>'evidence'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'deliverable') WITH ORDINALITY AS x(d, place);
    INSERT INTO concord.commitment_resource (record_id, position, kind, state, amount, currency,
        reference_amount, reference_currency, quantity, value_date, provider, confirmed, confirmed_by)
    SELECT id, place, r->>'kind', r->>'state', (r->>'amount')::numeric, r->>'currency',
           (r->>'reference-amount')::numeric, r->>'reference-currency', (r->>'quantity')::numeric,
           r->>'value-date', r->>'provider', r->>'confirmed', r->>'confirmed-by'
      FROM unnest(ids, contents) AS b(id, c), jsonb_array_elements(c->'resource') WITH ORDINALITY AS x(r, place);
    INSERT INTO concord.commitment_answer (record_id, criterion, answer)
    SELECT id, key, value->>'answer' FROM unnest(ids, contents) AS b(id, c), jsonb_each(c)
     WHERE key IN ('specific', 'measurable', 'achievable', 'resourced', 'time-bound');
END
$$;

CREATE OR REPLACE FUNCTION cc_commitment_answer(p_id text, p_criterion text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('answer', answer, 'text', concord.cc_texts(p_id, p_criterion || '.text'))
      FROM concord.commitment_answer WHERE record_id = p_id AND criterion = p_criterion
$$;

CREATE OR REPLACE FUNCTION cc_commitment_load(p_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'title', concord.cc_texts(p_id, 'title'), 'description', concord.cc_texts(p_id, 'description'),
        'kind', kind, 'continuity', continuity,
        'baseline', nullif(jsonb_strip_nulls(jsonb_build_object('date', baseline_date,
                        'quantity', baseline_quantity::text, 'unit', concord.cc_texts(p_id, 'baseline.unit'),
                        'text', concord.cc_texts(p_id, 'baseline.text'))), '{}'),
        'maker', (SELECT jsonb_agg(organisation ORDER BY position)
                    FROM concord.commitment_maker WHERE record_id = p_id),
        'partnership', partnership, 'event', concord.cc_texts(p_id, 'event'), 'cycle', cycle,
        'same-as', same_as,
        'sdg', (SELECT jsonb_agg(jsonb_build_object('goal', goal, 'target', target, 'weight', weight::text,
                            'statement', concord.cc_texts(p_id, 'sdg.' || position || '.statement')) ORDER BY position)
                  FROM concord.commitment_sdg WHERE record_id = p_id),
        'announced', announced, 'start', start_date, 'due', due, 'completed', completed, 'state', state,
        'deliverable', (SELECT jsonb_agg(jsonb_build_object('completed', completed, 'due', due,
                            'quantity', quantity::text, 'state', state, 'evidence', evidence,
                            'title', concord.cc_texts(p_id, 'deliverable.' || position || '.title'),
                            'measure', concord.cc_texts(p_id, 'deliverable.' || position || '.measure'),
                            'unit', concord.cc_texts(p_id, 'deliverable.' || position || '.unit')) ORDER BY position)
                          FROM concord.commitment_deliverable WHERE record_id = p_id))
    || jsonb_build_object(
        'resource', (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'state', state,
                            'amount', amount::text, 'currency', currency,
                            'reference-amount', reference_amount::text, 'reference-currency', reference_currency,
                            'quantity', quantity::text, 'value-date', value_date, 'provider', provider,
                            'confirmed', confirmed, 'confirmed-by', confirmed_by,
                            'text', concord.cc_texts(p_id, 'resource.' || position || '.text'),
                            'unit', concord.cc_texts(p_id, 'resource.' || position || '.unit'),
                            'condition', concord.cc_texts(p_id, 'resource.' || position || '.condition')) ORDER BY position)
                       FROM concord.commitment_resource WHERE record_id = p_id),
        'specific', concord.cc_commitment_answer(p_id, 'specific'),
        'measurable', concord.cc_commitment_answer(p_id, 'measurable'),
        'achievable', concord.cc_commitment_answer(p_id, 'achievable'),
        'resourced', concord.cc_commitment_answer(p_id, 'resourced'),
        'time-bound', concord.cc_commitment_answer(p_id, 'time-bound'),
        'review', CASE WHEN reviewer IS NOT NULL THEN
            jsonb_build_object('date', review_date, 'reviewer', reviewer,
                               'office', concord.cc_texts(p_id, 'review.office')) END,
        'illustrative', concord.cc_true(illustrative))
      FROM concord.commitment WHERE record_id = p_id
$$;
GRANT EXECUTE ON FUNCTION cc_commitment_store(text[], jsonb[]), cc_commitment_answer(text, text),
    cc_commitment_load(text) TO cc_web, cc_job;

-- Triggers (migrations 0066 and 0100), of each row when the transaction ends. Who may speak for all is asked first and
-- without a query: imports have thousands of rows.

-- Whoever is named in this field is the owner of the record.
CREATE OR REPLACE FUNCTION cc_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    named text;
BEGIN
    IF cc_ctx_all() THEN
        RETURN NULL;
    END IF;
    named := to_jsonb(NEW)->>TG_ARGV[0];
    IF named IS NOT NULL AND EXISTS (SELECT FROM record r WHERE r.id = NEW.record_id AND r.owner_org <> named) THEN
        RAISE EXCEPTION 'record "%" speaks in the name of "%"', NEW.record_id, named
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;

-- Who owns a commitment made it, or hosts its partnership.
CREATE OR REPLACE FUNCTION cc_commitment_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
BEGIN
    IF cc_ctx_all() THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM commitment_maker m WHERE m.record_id = of_record)
       AND NOT EXISTS (SELECT FROM record r WHERE r.id = of_record AND cc_commitment_may_own(r.id, r.owner_org)) THEN
        RAISE EXCEPTION 'the owner of commitment "%" did not make it', of_record
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_commitment_owner';
    END IF;
    RETURN NULL;
END
$$;
