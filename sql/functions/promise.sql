-- SPDX-License-Identifier: EUPL-1.2
-- The projection of what was promised, from what C made of the content:
--   {"promise":{"cycle":"8","state":"published","resources":[{"kind":"money","amount":"1020000",..}]}}
-- and the edge "partnership". One function makes the rows, for writing and for comparing.
CREATE OR REPLACE FUNCTION cc_promise(p_id text, p_projection jsonb) RETURNS SETOF promise
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT p_id,
           (SELECT e->>'to' FROM jsonb_array_elements(p_projection->'edges') e
             WHERE e->>'field' = 'partnership'),
           coalesce(p->>'cycle', ''), coalesce(p->>'state', ''),
           coalesce(lower(p_projection->'names'->0->>'title'), '')
      FROM (SELECT p_projection->'promise' AS p) x
     WHERE p IS NOT NULL;
$$;

CREATE OR REPLACE FUNCTION cc_promise_resources(p_id text, p_projection jsonb) RETURNS SETOF promise_resource
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT p_id, place::integer, p.partnership_id, p.cycle, coalesce(r->>'kind', ''),
           CASE WHEN p.state = 'withdrawn' THEN p.state ELSE coalesce(r->>'state', '') END,
           (r->>'amount')::numeric, r->>'currency',
           (r->>'reference-amount')::numeric, r->>'reference-currency'
      FROM cc_promise(p_id, p_projection) p,
           jsonb_array_elements(p_projection->'promise'->'resources') WITH ORDINALITY AS x(r, place);
$$;

CREATE OR REPLACE FUNCTION cc_project_promise(p_id text, p_projection jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    DELETE FROM promise WHERE record_id = p_id;
    DELETE FROM promise_resource WHERE record_id = p_id;
    INSERT INTO promise SELECT * FROM cc_promise(p_id, p_projection);
    INSERT INTO promise_resource SELECT * FROM cc_promise_resources(p_id, p_projection);
END
$$;

-- Does what is stored differ from what the content gives?
CREATE OR REPLACE FUNCTION cc_promise_differs(p_id text, p_projection jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT (SELECT array_agg(p) FROM promise p WHERE record_id = p_id)
           IS DISTINCT FROM (SELECT array_agg(p) FROM cc_promise(p_id, p_projection) p)
        OR (SELECT array_agg(r ORDER BY place) FROM promise_resource r WHERE record_id = p_id)
           IS DISTINCT FROM
           (SELECT array_agg(r ORDER BY place) FROM cc_promise_resources(p_id, p_projection) r);
$$;
GRANT EXECUTE ON FUNCTION cc_promise(text, jsonb), cc_promise_resources(text, jsonb),
    cc_promise_differs(text, jsonb) TO cc_web, cc_job, cc_audit;
