-- SPDX-License-Identifier: EUPL-1.2
-- The projection of what was promised, from what C made of the content:
--   {"promise":{"cycle":"8","state":"published","resources":[{"kind":"money","amount":"1020000",..}]}}
-- and the edge "partnership"; see projection.sql.
CREATE OR REPLACE FUNCTION cc_rows_promise(p_batch jsonb)
RETURNS TABLE (record_id text, partnership_id text, cycle text, state text, sort_name text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id',
           (SELECT e->>'to' FROM jsonb_array_elements(b->'projection'->'edges') e
             WHERE e->>'field' = 'partnership'),
           coalesce(p->>'cycle', ''), coalesce(p->>'state', ''),
           coalesce(lower(b->'projection'->'names'->0->>'title'), '')
      FROM jsonb_array_elements(p_batch) b
     CROSS JOIN LATERAL (SELECT b->'projection'->'promise') x(p)
     WHERE p IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION cc_rows_promise_resource(p_batch jsonb)
RETURNS TABLE (record_id text, place integer, partnership_id text, cycle text, kind text, state text,
               amount numeric, currency text, reference_amount numeric, reference_currency text)
LANGUAGE sql STABLE
AS $$
    SELECT p.record_id, r.place::integer, p.partnership_id, p.cycle, coalesce(r.v->>'kind', ''),
           CASE WHEN p.state = 'withdrawn' THEN p.state ELSE coalesce(r.v->>'state', '') END,
           (r.v->>'amount')::numeric, r.v->>'currency',
           (r.v->>'reference-amount')::numeric, r.v->>'reference-currency'
      FROM cc_rows_promise(p_batch) p
      JOIN jsonb_array_elements(p_batch) b ON b->>'id' = p.record_id
     CROSS JOIN LATERAL jsonb_array_elements(b->'projection'->'promise'->'resources') WITH ORDINALITY r(v, place)
$$;
