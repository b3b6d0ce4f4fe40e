-- SPDX-License-Identifier: EUPL-1.2
-- The projections of what was promised, from what C made of the content (cgi/publish/project_promise.c):
--   {"promise":{"cycle":"8","state":"published","illustrative":false,"makers":["O.."],"partnership":"P..",
--               "same-as":"C..","resources":[{"kind":"money","amount":"1020000",..}]}}
-- See projection.sql. Who published a record stands in its newest revision, which is written before.

CREATE OR REPLACE FUNCTION cc_rows_promise(p_batch jsonb)
RETURNS TABLE (record_id text, partnership_id text, cycle text, state text, sort_name text, told_to text,
               same_as text, illustrative boolean, makers text, publisher text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', cc_became(p->>'partnership'),
           coalesce(p->>'cycle', ''), coalesce(p->>'state', ''),
           coalesce(b->'projection'->'search'->>'sort', ''),
           p->>'partnership', p->>'same-as', coalesce((p->>'illustrative')::boolean, false),
           coalesce((SELECT string_agg(m, ' ' ORDER BY m COLLATE "C")
                       FROM jsonb_array_elements_text(p->'makers') m), ''),
           coalesce(v.publisher, '')
      FROM jsonb_array_elements(p_batch) b
     CROSS JOIN LATERAL (SELECT b->'projection'->'promise') x(p)
      LEFT JOIN publication n ON n.record_id = b->>'id'
      LEFT JOIN revision v ON v.record_id = n.record_id AND v.number = n.revision
     WHERE p IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION cc_rows_promise_resource(p_batch jsonb)
RETURNS TABLE (record_id text, place integer, partnership_id text, cycle text, kind text, state text,
               amount numeric, currency text, reference_amount numeric, reference_currency text, pledge text,
               value_date text)
LANGUAGE sql STABLE
AS $$
    SELECT p.record_id, r.place::integer, p.partnership_id, p.cycle, coalesce(r.v->>'kind', ''),
           CASE WHEN p.state = 'withdrawn' THEN p.state ELSE coalesce(r.v->>'state', '') END,
           (r.v->>'amount')::numeric, r.v->>'currency',
           (r.v->>'reference-amount')::numeric, r.v->>'reference-currency',
           CASE WHEN r.v->>'kind' = 'money'
                THEN md5(concat_ws('|', p.makers, r.v->>'currency', trim_scale((r.v->>'amount')::numeric),
                                   coalesce(r.v->>'value-date', ''), p.cycle)) END,
           r.v->>'value-date'
      FROM cc_rows_promise(p_batch) p
      JOIN jsonb_array_elements(p_batch) b ON b->>'id' = p.record_id AND b->'projection' IS NOT NULL
     CROSS JOIN LATERAL jsonb_array_elements(b->'projection'->'promise'->'resources') WITH ORDINALITY r(v, place)
$$;

CREATE OR REPLACE FUNCTION cc_rows_promise_side(p_batch jsonb)
RETURNS TABLE (partnership_id text, organisation_id text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', v.publisher
      FROM jsonb_array_elements(p_batch) b
      JOIN publication n ON n.record_id = b->>'id'
      JOIN revision v ON v.record_id = n.record_id AND v.number = n.revision
     WHERE b->>'kind' = 'partnership' AND b->'projection'->'edges' IS NOT NULL
    UNION
    SELECT b->>'id', coalesce(e->>'told', e->>'to') -- who may say so has not changed
      FROM jsonb_array_elements(p_batch) b
     CROSS JOIN LATERAL jsonb_array_elements(b->'projection'->'edges') e
     WHERE b->>'kind' = 'partnership' AND e->>'field' = 'host'
$$;

-- What the content of a commitment says, as the projection must say it, too.
CREATE OR REPLACE FUNCTION cc_promise_told(p_content text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
               'cycle', coalesce(c.cycle, ''), 'state', coalesce(c.state, ''),
               'illustrative', coalesce(c.illustrative, 'false')::boolean,
               'partnership', c.partnership, 'same-as', c.same_as,
               'makers', coalesce((SELECT jsonb_agg(m.id ORDER BY m.place) FROM XMLTABLE(
                        XMLNAMESPACES('urn:concord:registry:1' AS c), '/c:commitment/c:maker' PASSING (p_content::xml)
                        COLUMNS place FOR ORDINALITY, id text PATH '.') m), '[]'),
               'resources', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', r.kind, 'state', r.state,
                            'amount', r.amount, 'currency', r.currency, 'value-date', r.value_date,
                            'reference-amount', r.reference_amount,
                            'reference-currency', r.reference_currency) ORDER BY r.place) FROM XMLTABLE(
                        XMLNAMESPACES('urn:concord:registry:1' AS c), '/c:commitment/c:resource' PASSING (p_content::xml)
                        COLUMNS place FOR ORDINALITY, kind text PATH '@kind', state text PATH '@state',
                                amount text PATH '@amount', currency text PATH '@currency',
                                value_date text PATH '@value-date', reference_amount text PATH '@reference-amount',
                                reference_currency text PATH '@reference-currency') r), '[]')))
      FROM XMLTABLE(XMLNAMESPACES('urn:concord:registry:1' AS c), '/c:commitment' PASSING (p_content::xml)
                    COLUMNS cycle text PATH 'c:cycle', state text PATH 'c:state',
                            illustrative text PATH 'c:illustrative', partnership text PATH 'c:partnership',
                            same_as text PATH 'c:same-as') c
$$;

-- Of each resource of a commitment what is shown of it and counts in no sum, texts in the language asked or the first:
-- by the place that promise_resource has.
CREATE OR REPLACE FUNCTION cc_promise_details(p_content text, p_lang text)
RETURNS TABLE (place integer, value_date text, quantity text, unit_lang text, unit text, condition_lang text, condition text)
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT r.place, r.value_date, r.quantity,
           CASE WHEN r.unit IS NOT NULL THEN p_lang ELSE r.first_unit_lang END, coalesce(r.unit, r.first_unit),
           CASE WHEN r.condition IS NOT NULL THEN p_lang ELSE r.first_condition_lang END, coalesce(r.condition, r.first_condition)
      FROM XMLTABLE(XMLNAMESPACES('urn:concord:registry:1' AS c), '/c:commitment/c:resource' PASSING (p_content::xml)
                    COLUMNS place FOR ORDINALITY, value_date text PATH '@value-date', quantity text PATH '@quantity',
                            unit text PATH 'c:unit[@xml:lang="' || p_lang || '"]', first_unit text PATH 'c:unit[1]',
                            first_unit_lang text PATH 'c:unit[1]/@xml:lang',
                            condition text PATH 'c:condition[@xml:lang="' || p_lang || '"]',
                            first_condition text PATH 'c:condition[1]',
                            first_condition_lang text PATH 'c:condition[1]/@xml:lang') r
$$;

-- When a commitment was announced, and where that stands: its first source, how many more there are, and the first
-- three, a line each.
CREATE OR REPLACE FUNCTION cc_promise_sources(p_content text)
RETURNS TABLE (announced text, citation text, url text, more bigint, sources text)
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT c.announced, s.citation, s.url, s.of_all - 1, s.sources
      FROM XMLTABLE(XMLNAMESPACES('urn:concord:registry:1' AS c), '/c:commitment' PASSING (p_content::xml)
                    COLUMNS announced text PATH 'c:announced') c
     CROSS JOIN LATERAL (
           SELECT min(s.citation) FILTER (WHERE s.place = 1) AS citation, min(s.url) FILTER (WHERE s.place = 1) AS url, count(*) AS of_all,
                  string_agg(concat_ws(' ', s.citation, s.url), E'\n' ORDER BY s.place) FILTER (WHERE s.place <= 3) AS sources
             FROM XMLTABLE(XMLNAMESPACES('urn:concord:registry:1' AS c), '/c:commitment/c:source' PASSING (p_content::xml)
                           COLUMNS place FOR ORDINALITY, citation text PATH 'c:citation', url text PATH 'c:url') s) s
$$;

-- Is what sums are made of what the content says? Of partnerships the host, of commitments all.
CREATE OR REPLACE FUNCTION cc_promise_is_told(p_kind text, p_content text, p_projection jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT CASE p_kind
           WHEN 'commitment' THEN p_projection->'promise' IS NOT DISTINCT FROM cc_promise_told(p_content)
           WHEN 'partnership' THEN
               (SELECT array_agg(e->>'to') FROM jsonb_array_elements(p_projection->'edges') e
                 WHERE e->>'field' = 'host')
               IS NOT DISTINCT FROM
               (SELECT array_agg(h.id) FROM XMLTABLE(XMLNAMESPACES('urn:concord:registry:1' AS c),
                    '/c:partnership/c:host' PASSING (p_content::xml) COLUMNS id text PATH '.') h)
           ELSE true END
$$;

-- So many records of one partnership that tell alike are compared with each other; of more, each stands for itself.
CREATE OR REPLACE FUNCTION cc_promise_alike_max() RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$ SELECT 100 $$;

-- So many records that name one another are followed, to see whether the last names the first.
CREATE OR REPLACE FUNCTION cc_promise_ring_max() RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$ SELECT 100 $$;

-- How many resources tell one pledge, counted no further than to one more than `most`.
CREATE OR REPLACE FUNCTION cc_promise_alike(p_partnership text, p_pledge text, p_most integer) RETURNS bigint
LANGUAGE sql STABLE
AS $$
    SELECT count(*) FROM (SELECT FROM promise_resource
                           WHERE partnership_id = p_partnership AND pledge = p_pledge LIMIT p_most + 1) r
$$;

-- How each resource of records counts (place 0: of a record that names none), p_records or all that is told
-- to p_partnerships, both NULL: of all.
--   counted       published by the partnership's own side, or accepted by it: by a record that names
--                 this one as the same and promises no money of its own
--   others        told by others, not accepted
--   same          told by another record, too (`same_as`), which counts: one names the other, or makers, currency,
--                 amount, value date and cycle are the same and the publishers are not. What the
--                 partnership's side tells goes before what others tell, whatever those name. Where more
--                 than cc_promise_alike_max() are the same, only those are that one names. Where
--                 records name one another in a ring, the one with the least identifier counts, unless the partnership's side
--                 tells one of them.
--   illustrative  made up
CREATE OR REPLACE FUNCTION cc_promise_parts(p_records text[], p_partnerships text[] DEFAULT NULL)
RETURNS TABLE (record_id text, place integer, part text, same_as text)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$
    WITH scope AS MATERIALIZED (%s),
    base AS MATERIALIZED (
        SELECT p.record_id, p.partnership_id, p.publisher, p.illustrative, own.is AS own,
               coalesce(named.accepted, false) AS accepted,
               CASE WHEN NOT own.is AND named.told IS NOT NULL THEN named.told
                    WHEN (x.own OR NOT own.is) AND ring.first IS NOT TRUE THEN x.record_id
                    WHEN NOT own.is THEN ring.told END AS declared
          FROM scope s
          JOIN promise p ON p.record_id = s.record_id
         CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM promise_side o
                   WHERE o.partnership_id = p.partnership_id AND o.organisation_id = p.publisher)) own("is")
          LEFT JOIN LATERAL (
                SELECT min(n.record_id) FILTER (WHERE money.is) AS told,
                       bool_or(NOT money.is AND n.state <> 'withdrawn') AS accepted
                  FROM promise n
                  JOIN promise_side o ON o.partnership_id = n.partnership_id AND o.organisation_id = n.publisher
                 CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM promise_resource r
                           WHERE r.record_id = n.record_id AND r.pledge IS NOT NULL)) money("is")
                 WHERE n.same_as = p.record_id AND n.partnership_id = p.partnership_id
                   AND NOT n.illustrative) named ON true
          LEFT JOIN LATERAL (
                SELECT t.record_id, t.same_as,
                       EXISTS (SELECT FROM promise_side o
                                WHERE o.partnership_id = t.partnership_id AND o.organisation_id = t.publisher) AS own
                  FROM promise t
                 WHERE t.record_id = p.same_as AND t.partnership_id = p.partnership_id AND NOT t.illustrative
                   AND EXISTS (SELECT FROM promise_resource r
                                WHERE r.record_id = t.record_id AND r.pledge IS NOT NULL)) x ON true
          LEFT JOIN LATERAL ( -- each names the next, and the last the first: the one with the least identifier stands for all
                WITH RECURSIVE walk(id, same_as, n) AS (
                    SELECT x.record_id, x.same_as, 1
                    UNION ALL
                    SELECT t.record_id, t.same_as, w.n + 1
                      FROM walk w
                     CROSS JOIN LATERAL (SELECT t.* FROM promise t
                             WHERE t.record_id = w.same_as AND t.partnership_id = p.partnership_id AND NOT t.illustrative LIMIT 1) t
                     WHERE w.id <> p.record_id AND w.n < cc_promise_ring_max()
                       AND own.is = EXISTS (SELECT FROM promise_side o
                                             WHERE o.partnership_id = t.partnership_id AND o.organisation_id = t.publisher)
                       AND EXISTS (SELECT FROM promise_resource r WHERE r.record_id = t.record_id AND r.pledge IS NOT NULL))
                SELECT bool_or(id = p.record_id) AND min(id) = p.record_id AS first,
                       -- by the partnership's side one of the others is told: then all of them are that one
                       CASE WHEN bool_or(id = p.record_id) AND min(id) = p.record_id THEN (
                           SELECT min(n.record_id)
                             FROM unnest(array_agg(walk.id)) w(id) -- one by one, by the partial index
                            CROSS JOIN LATERAL (SELECT * FROM promise WHERE promise.same_as = w.id OFFSET 0) n
                             JOIN promise_side o ON o.partnership_id = n.partnership_id AND o.organisation_id = n.publisher
                            WHERE n.partnership_id = p.partnership_id AND NOT n.illustrative
                              AND EXISTS (SELECT FROM promise_resource r WHERE r.record_id = n.record_id AND r.pledge IS NOT NULL)) END AS told
                  FROM walk) ring
               ON x.same_as IS NOT NULL AND x.own = own.is),
    told AS MATERIALIZED (
        SELECT b.*, coalesce(r.place, 0) AS place, r.pledge
          FROM base b LEFT JOIN promise_resource r ON r.record_id = b.record_id),
    few AS MATERIALIZED (
        SELECT partnership_id, pledge
          FROM (SELECT DISTINCT partnership_id, pledge FROM told WHERE pledge IS NOT NULL OFFSET 0) d
         WHERE cc_promise_alike(partnership_id, pledge, cc_promise_alike_max()) <= cc_promise_alike_max()),
    resource AS (
        SELECT t.*, f.pledge IS NOT NULL AND t.declared IS NULL AND NOT t.illustrative AS is_one
          FROM told t LEFT JOIN few f ON f.partnership_id = t.partnership_id AND f.pledge = t.pledge),
    -- One publisher may tell of two pledges that look alike: the second is compared with the second of others.
    numbered AS (
        SELECT r.*, row_number() OVER (PARTITION BY r.partnership_id, r.pledge, r.is_one, r.publisher
                                       ORDER BY r.accepted DESC, r.record_id, r.place) AS nth
          FROM resource r),
    compared AS (
        SELECT n.*, first_value(n.record_id) OVER w AS first, row_number() OVER w AS rank
          FROM numbered n
        WINDOW w AS (PARTITION BY n.partnership_id, n.pledge, n.is_one, n.nth
                     ORDER BY n.own DESC, n.accepted DESC, n.record_id, n.place))
    SELECT c.record_id, c.place,
           CASE WHEN c.illustrative THEN 'illustrative'
                WHEN c.declared IS NOT NULL OR (c.is_one AND c.rank > 1) THEN 'same'
                WHEN c.own OR c.accepted THEN 'counted'
                ELSE 'others' END,
           CASE WHEN c.illustrative THEN NULL
                WHEN c.declared IS NOT NULL THEN c.declared
                WHEN c.is_one AND c.rank > 1 THEN c.first END
      FROM compared c
     WHERE $1 IS NULL OR c.record_id = ANY ($1)$q$,
    CASE WHEN p_records IS NOT NULL THEN
             'SELECT unnest($1) AS record_id UNION SELECT g.record_id'
             ' FROM (SELECT DISTINCT partnership_id, pledge FROM promise_resource WHERE record_id = ANY ($1) OFFSET 0) r'
             ' JOIN promise_resource g ON g.partnership_id = r.partnership_id AND g.pledge = r.pledge'
             ' WHERE cc_promise_alike(r.partnership_id, r.pledge, cc_promise_alike_max()) <= cc_promise_alike_max()'
         WHEN p_partnerships IS NOT NULL THEN 'SELECT p.record_id FROM promise p WHERE p.partnership_id = ANY ($2)'
         ELSE 'SELECT p.record_id FROM promise p WHERE p.partnership_id IS NOT NULL' END)
    USING p_records, p_partnerships;
END
$$;

-- Rows of promise_sum, of the same records; value_dates: those of promise_date, {"2026-01-05": 2}, or NULL.
CREATE OR REPLACE FUNCTION cc_promise_sums(p_records text[], p_partnerships text[] DEFAULT NULL)
RETURNS TABLE (partnership_id text, cycle text, currency text, part text, commitments bigint, announced numeric,
               confirmed numeric, converted numeric, withdrawn numeric, total numeric, amounts bigint,
               equivalents bigint, equivalent_total numeric, value_dates jsonb)
LANGUAGE sql STABLE
AS $$
    WITH money AS MATERIALIZED (
        SELECT r.partnership_id, r.cycle, r.currency, p.part, r.record_id, r.state, r.amount,
               r.reference_amount, r.reference_currency, r.value_date
          FROM cc_promise_parts(p_records, p_partnerships) p
          JOIN promise_resource r ON r.record_id = p.record_id AND r.place = p.place
         WHERE r.pledge IS NOT NULL AND r.partnership_id IS NOT NULL)
    SELECT partnership_id, cycle, currency, part, sum(commitments)::bigint, sum(announced), sum(confirmed),
           sum(converted), sum(withdrawn), sum(total), sum(amounts)::bigint, sum(equivalents)::bigint,
           sum(equivalent_total), jsonb_object_agg(value_date, equivalents) FILTER (WHERE value_date IS NOT NULL)
      FROM (SELECT partnership_id, cycle, currency, part,
                   count(DISTINCT record_id) FILTER (WHERE state <> 'withdrawn') AS commitments,
                   coalesce(sum(amount) FILTER (WHERE state = 'announced'), 0) AS announced,
                   coalesce(sum(amount) FILTER (WHERE state = 'confirmed'), 0) AS confirmed,
                   coalesce(sum(amount) FILTER (WHERE state = 'converted'), 0) AS converted,
                   coalesce(sum(amount) FILTER (WHERE state = 'withdrawn'), 0) AS withdrawn,
                   coalesce(sum(amount) FILTER (WHERE state <> 'withdrawn'), 0) AS total,
                   0 AS amounts, 0 AS equivalents, 0 AS equivalent_total, NULL AS value_date
              FROM money GROUP BY 1, 2, 3, 4
            UNION ALL
            SELECT partnership_id, cycle, coalesce(reference_currency, currency), part, 0, 0, 0, 0, 0, 0,
                   count(*), count(reference_amount), sum(coalesce(reference_amount, amount)), dated
              FROM (SELECT *, CASE WHEN reference_amount IS NOT NULL THEN value_date END AS dated FROM money) m
             WHERE state <> 'withdrawn' GROUP BY 1, 2, 3, 4, dated) told
     GROUP BY 1, 2, 3, 4
$$;

CREATE OR REPLACE FUNCTION cc_rows_promise_sum() RETURNS TABLE (partnership_id text, cycle text, currency text,
    part text, commitments bigint, announced numeric, confirmed numeric, converted numeric, withdrawn numeric,
    total numeric, amounts bigint, equivalents bigint, equivalent_total numeric)
LANGUAGE sql STABLE
AS $$
    SELECT partnership_id, cycle, currency, part, commitments, announced, confirmed, converted, withdrawn, total,
           amounts, equivalents, equivalent_total FROM cc_promise_sums(NULL)
$$;

CREATE OR REPLACE FUNCTION cc_rows_promise_date() RETURNS TABLE (partnership_id text, cycle text, currency text,
    part text, value_date text, amounts bigint)
LANGUAGE sql STABLE
AS $$
    SELECT partnership_id, cycle, currency, part, d.key, d.value::bigint
      FROM cc_promise_sums(NULL) CROSS JOIN LATERAL jsonb_each_text(value_dates) d
$$;

-- Adds what records promise, or all that is told to partnerships, to the sums, or takes it away.
CREATE OR REPLACE FUNCTION cc_promise_sum_add(p_records text[], p_sign integer, p_partnerships text[] DEFAULT NULL) RETURNS void
LANGUAGE sql
AS $$
    WITH told AS MATERIALIZED (
        SELECT * FROM cc_promise_sums(p_records, p_partnerships)),
    dates AS (
        INSERT INTO promise_date AS s
        SELECT partnership_id, cycle, currency, part, d.key, p_sign * d.value::bigint
          FROM told CROSS JOIN LATERAL jsonb_each_text(value_dates) d
        ON CONFLICT (partnership_id, cycle, currency, part, value_date) DO UPDATE SET amounts = s.amounts + EXCLUDED.amounts)
    INSERT INTO promise_sum AS s
    SELECT partnership_id, cycle, currency, part, p_sign * commitments, p_sign * announced, p_sign * confirmed,
           p_sign * converted, p_sign * withdrawn, p_sign * total, p_sign * amounts, p_sign * equivalents,
           p_sign * equivalent_total
      FROM told
    ON CONFLICT (partnership_id, cycle, currency, part) DO UPDATE
       SET commitments = s.commitments + EXCLUDED.commitments, announced = s.announced + EXCLUDED.announced,
           confirmed = s.confirmed + EXCLUDED.confirmed, converted = s.converted + EXCLUDED.converted,
           withdrawn = s.withdrawn + EXCLUDED.withdrawn, total = s.total + EXCLUDED.total,
           amounts = s.amounts + EXCLUDED.amounts, equivalents = s.equivalents + EXCLUDED.equivalents,
           equivalent_total = s.equivalent_total + EXCLUDED.equivalent_total
$$;

-- Records whose part may change with these: they, what they name and what that names, what names them, and all that
-- tell of the same pledges, before and after, where those are or will be compared.
CREATE OR REPLACE FUNCTION cc_promise_touched(p_batch jsonb, p_ids text[]) RETURNS text[]
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE after AS MATERIALIZED (
        SELECT record_id, same_as FROM cc_rows_promise(p_batch) WHERE same_as IS NOT NULL),
    named(id, n) AS (
        SELECT unnest(p_ids), 0
        UNION
        SELECT s.same_as, n.n + 1
          FROM named n
         CROSS JOIN LATERAL ((SELECT same_as FROM promise WHERE record_id = n.id AND same_as IS NOT NULL LIMIT 1)
                             UNION (SELECT same_as FROM after WHERE record_id = n.id LIMIT 1)) s
         WHERE n.n < cc_promise_ring_max()),
    about(id) AS MATERIALIZED (
        SELECT id FROM named
        UNION SELECT record_id FROM promise WHERE same_as = ANY (p_ids)),
    pledged AS MATERIALIZED (
        -- by key (OFFSET 0), here and below: all that was ever promised would be read
        SELECT r.partnership_id, r.pledge
          FROM about a
         CROSS JOIN LATERAL (SELECT partnership_id, pledge FROM promise_resource WHERE record_id = a.id OFFSET 0) r
        UNION SELECT partnership_id, pledge FROM cc_rows_promise_resource(p_batch)),
    going AS MATERIALIZED (
        SELECT partnership_id, pledge, count(*) AS resources FROM promise_resource WHERE record_id = ANY (p_ids)
         GROUP BY partnership_id, pledge),
    few AS MATERIALIZED (
        SELECT p.partnership_id, p.pledge
          FROM pledged p
          LEFT JOIN going g ON g.partnership_id = p.partnership_id AND g.pledge = p.pledge
         CROSS JOIN LATERAL (SELECT (cc_promise_alike_max() + coalesce(g.resources, 0))::integer) m(most)
         WHERE cc_promise_alike(p.partnership_id, p.pledge, m.most) <= m.most)
    SELECT array_agg(id) FROM (
        SELECT id FROM about
        UNION SELECT r.record_id FROM few f
               CROSS JOIN LATERAL (SELECT record_id FROM promise_resource
                                    WHERE partnership_id = f.partnership_id AND pledge = f.pledge OFFSET 0) r) t
$$;

-- Who speaks for partnerships, and what was promised to those that were merged or are so no more.
-- Returns the partnerships whose sums are to be made anew.
CREATE OR REPLACE FUNCTION cc_promise_place_side(p_batch jsonb, p_ids text[]) RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    anew text[];
    merged text[];
    moved record;
BEGIN
    SELECT array_agg(DISTINCT partnership_id) INTO anew
      FROM ((SELECT * FROM cc_rows_promise_side(p_batch)
             EXCEPT SELECT * FROM promise_side WHERE partnership_id = ANY (p_ids))
            UNION ALL
            (SELECT * FROM promise_side WHERE partnership_id = ANY (p_ids)
             EXCEPT SELECT * FROM cc_rows_promise_side(p_batch))) changed;
    IF anew IS NOT NULL THEN
        DELETE FROM promise_side WHERE partnership_id = ANY (p_ids);
        INSERT INTO promise_side SELECT * FROM cc_rows_promise_side(p_batch);
    END IF;
    WITH RECURSIVE once(id) AS (
        SELECT DISTINCT record_id FROM revision WHERE record_id = ANY (p_ids) AND state = 'redirected'
        UNION
        SELECT p.record_id FROM once JOIN publication p ON p.redirect_to = once.id)
    SELECT array_agg(id) INTO merged FROM once;
    IF merged IS NOT NULL THEN
        FOR moved IN SELECT record_id, partnership_id AS was, cc_became(told_to) AS is FROM promise
                      WHERE told_to = ANY (merged) AND partnership_id IS DISTINCT FROM cc_became(told_to)
        LOOP
            UPDATE promise SET partnership_id = moved.is WHERE record_id = moved.record_id;
            UPDATE promise_resource SET partnership_id = moved.is WHERE record_id = moved.record_id;
            IF NOT coalesce(anew, '{}') @> ARRAY[moved.was, moved.is] THEN
                anew := anew || ARRAY[moved.was, moved.is];
            END IF;
        END LOOP;
    END IF;
    RETURN anew;
END
$$;

-- All rows of a batch, after its revisions and under the feed's lock: sums are rows that others change, too.
CREATE OR REPLACE FUNCTION cc_promise_place(p_batch jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    of_partnerships text[] := ARRAY(SELECT DISTINCT b->>'id' FROM jsonb_array_elements(p_batch) b
                                  WHERE b->>'kind' = 'partnership');
    of_commitments text[] := ARRAY(SELECT DISTINCT b->>'id' FROM jsonb_array_elements(p_batch) b
                                 WHERE b->>'kind' = 'commitment');
    anew text[];
    touched text[];
BEGIN
    IF of_partnerships <> '{}' THEN
        anew := cc_promise_place_side(p_batch, of_partnerships);
    END IF;
    IF of_commitments <> '{}' THEN
        touched := cc_promise_touched(p_batch, of_commitments);
        IF EXISTS (SELECT FROM promise WHERE record_id = ANY (touched)) THEN -- not all are new
            PERFORM cc_promise_sum_add(touched, -1);
        END IF;
        DELETE FROM promise WHERE record_id = ANY (of_commitments);
        DELETE FROM promise_resource WHERE record_id = ANY (of_commitments);
        INSERT INTO promise SELECT * FROM cc_rows_promise(p_batch);
        INSERT INTO promise_resource SELECT * FROM cc_rows_promise_resource(p_batch);
        PERFORM cc_promise_sum_add(touched, 1);
        DELETE FROM promise_sum WHERE commitments = 0 AND withdrawn = 0 AND amounts = 0;
        DELETE FROM promise_date WHERE amounts = 0;
    END IF;
    IF anew IS NOT NULL THEN
        DELETE FROM promise_sum WHERE partnership_id = ANY (anew);
        DELETE FROM promise_date WHERE partnership_id = ANY (anew);
        IF EXISTS (SELECT FROM promise WHERE partnership_id = ANY (anew)) THEN
            PERFORM cc_promise_sum_add(NULL, 1, anew);
        END IF;
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION cc_promise_alike(text, text, integer), cc_promise_alike_max(), cc_promise_ring_max(), cc_promise_parts(text[], text[]),
    cc_promise_details(text, text), cc_promise_sources(text) TO cc_web, cc_job, cc_audit;

-- The organisation of the asker's that speaks for a partnership and may accept what others tell; NULL = none.
CREATE OR REPLACE FUNCTION cc_promise_speaks(p_partnership text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT s.organisation_id FROM promise_side s
     WHERE s.partnership_id = p_partnership AND s.organisation_id = ANY ((SELECT cc_ctx_orgs_focal())::text[])
     ORDER BY s.organisation_id LIMIT 1
$$;

-- Is any of what a commitment tells told by others and not accepted?
CREATE OR REPLACE FUNCTION cc_promise_is_open(p_record text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(bool_or(x.part = 'others'), false) FROM cc_promise_parts(ARRAY[p_record]) x
$$;
GRANT EXECUTE ON FUNCTION cc_promise_speaks(text), cc_promise_is_open(text) TO cc_web, cc_login, cc_job;
