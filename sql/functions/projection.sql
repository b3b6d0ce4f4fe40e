-- SPDX-License-Identifier: EUPL-1.2
-- Projections: tables that hold nothing but what the newest contents say. Each is one line here and one
-- function cc_rows_TABLE that makes its rows, with all columns in the table's order. Publishing replaces
-- rows by them, `concord verify` compares rows with them, `concord reindex` fills a new generation.
-- These functions set no search_path: the caller's says which generation they work on.

-- `key`: the record that a row is about. Those `of_records` are made of a batch of records,
--   [{"id":"P..","kind":"partnership","position":7,"publisher":"O..","projection":{..}}]
-- with the projection that C made of the content (cgi/publish/project.c):
--   {"names":[{"lang":"en","title":"..","acronym":".."}],
--    "edges":[{"to":"P..","field":"partnership","role":"donor","state":"confirmed"}],
--    "search":{"names":"..","words":"..","texts":{"en":".."},"ids":[".."],"sort":"..",
--              "facets":{"country":["KE"]}},
--    "promise":..}, of commitments only: see promise.sql
-- or without one where there is no content; of what was merged with `was`, that of the content which it had; the others are made of those
-- before them; NULL: not made but filled between (role.sql).
CREATE OR REPLACE FUNCTION cc_projections() RETURNS TABLE (place integer, name text, key text, of_records boolean)
LANGUAGE sql IMMUTABLE
AS $$
    VALUES (1, 'record_name', 'record_id', true),
           (2, 'edge', 'from_id', true),
           (3, 'search_name', 'record_id', true),
           (4, 'search', 'record_id', true),
           (5, 'promise', 'record_id', true),
           (6, 'promise_resource', 'record_id', true),
           (7, 'promise_side', 'partnership_id', true),
           (8, 'promise_sum', 'partnership_id', false),
           (9, 'member', 'membership_id', false),
           (10, 'member_count', 'partnership_id', false),
           (11, 'merged', 'record_id', true),
           (12, 'promise_date', 'partnership_id', false),
           (13, 'role_late', 'record_id', NULL)
$$;

CREATE OR REPLACE FUNCTION cc_rows_record_name(p_batch jsonb)
RETURNS TABLE (record_id text, lang text, kind text, place smallint, title text, acronym text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', n.v->>'lang', b->>'kind', n.place::smallint, n.v->>'title', n.v->>'acronym'
      FROM jsonb_array_elements(p_batch) b
     CROSS JOIN LATERAL jsonb_array_elements(b->'projection'->'names') WITH ORDINALITY n(v, place)
$$;

-- Of what is only being published the batch says the publisher, of the rest the newest revision.
DROP FUNCTION IF EXISTS cc_rows_edge(jsonb);
CREATE OR REPLACE FUNCTION cc_rows_edge(p_batch jsonb)
RETURNS TABLE (from_id text, to_id text, kind text, field text, role text, state text, publisher text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', e->>'to', b->>'kind', e->>'field', coalesce(e->>'role', ''), coalesce(e->>'state', ''),
           coalesce(p.publisher, '')
      FROM jsonb_array_elements(p_batch) b
     CROSS JOIN LATERAL (SELECT coalesce(b->>'publisher',
                                         (SELECT v.publisher FROM publication n
                                            JOIN revision v ON v.record_id = n.record_id AND v.number = n.revision
                                           WHERE n.record_id = b->>'id')) AS publisher OFFSET 0) p
     CROSS JOIN LATERAL jsonb_array_elements(b->'projection'->'edges') e
$$;

-- Names for likeness, in a table of their own: rows of `search` are written again for each new role.
CREATE OR REPLACE FUNCTION cc_rows_search_name_bare(p_batch jsonb) RETURNS TABLE (record_id text, kind text, names text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', b->>'kind', b->'projection'->'search'->>'names'
      FROM jsonb_array_elements(p_batch) b
     WHERE b->'projection'->'search' IS NOT NULL AND b->>'kind' <> 'membership'
$$;

-- With those of what was merged (merged.sql).
CREATE OR REPLACE FUNCTION cc_rows_search_name(p_batch jsonb) RETURNS TABLE (record_id text, kind text, names text)
LANGUAGE sql STABLE
AS $$
    SELECT s.record_id, s.kind, CASE WHEN w.names IS NULL THEN s.names ELSE concat_ws(E'\n', s.names, w.names) END
      FROM cc_rows_search_name_bare(p_batch) s
      LEFT JOIN cc_merged_words(ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b)) w ON w.record_id = s.record_id
$$;

-- Values that no facet has yet have no number: cc_facets_add() first, when these rows are to be kept. Without the facet
-- that edges give (role.sql) and words of what was merged. `tsv`: made before, one for each of the batch. Without positions they follow p_first.
DROP FUNCTION IF EXISTS cc_rows_search(jsonb, tsvector[], bigint, boolean);
CREATE OR REPLACE FUNCTION cc_rows_search_bare(p_batch jsonb, p_tsv tsvector[] DEFAULT NULL, p_first bigint DEFAULT NULL)
RETURNS TABLE (record_id text, kind text, tsv tsvector, names text, facets jsonb, keys integer[],
               "position" bigint, sort_key text)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', b->>'kind',
           CASE WHEN p_tsv IS NULL THEN cc_search_tsv(b->'projection') ELSE p_tsv[n] END,
           s->>'names', z.facets, k.keys, coalesce((b->>'position')::bigint, p_first + n - 1), coalesce(s->>'sort', '')
      FROM jsonb_array_elements(p_batch) WITH ORDINALITY x(b, n)
     -- OFFSET 0: taken out of the batch once, not again for each of the rows below
     CROSS JOIN LATERAL (SELECT b->'projection'->'search' OFFSET 0) y(s)
     CROSS JOIN LATERAL (SELECT s->'facets', b->>'kind' OFFSET 0) z(facets, kind)
     CROSS JOIN LATERAL (SELECT coalesce(array_agg(DISTINCT v.id ORDER BY v.id), '{}')
                           FROM (SELECT f.id FROM facet_path p
                                  CROSS JOIN LATERAL jsonb_array_elements_text(z.facets->p.path) c(code)
                                  -- by key (LIMIT): all values of that name would be hashed for each record
                                  CROSS JOIN LATERAL (SELECT id FROM facet WHERE name = p.name AND value = c.code LIMIT 1) f
                                  WHERE p.kind = z.kind
                                 UNION ALL
                                 SELECT id FROM facet WHERE name = 'kind' AND value = z.kind) v) k(keys)
     WHERE s IS NOT NULL
$$;

-- With both: they are there already.
CREATE OR REPLACE FUNCTION cc_rows_search(p_batch jsonb)
RETURNS TABLE (record_id text, kind text, tsv tsvector, names text, facets jsonb, keys integer[],
               "position" bigint, sort_key text)
LANGUAGE sql STABLE
AS $$
    SELECT s.record_id, s.kind, CASE WHEN w.tsv IS NULL THEN s.tsv ELSE s.tsv || w.tsv END,
           CASE WHEN w.names IS NULL THEN s.names ELSE concat_ws(E'\n', s.names, w.names) END,
           s.facets, coalesce(cc_keys_join(s.keys, r.keys), s.keys), s.position, s.sort_key
      FROM cc_rows_search_bare(p_batch) s
      LEFT JOIN cc_merged_words(ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b)) w ON w.record_id = s.record_id
      LEFT JOIN cc_roles_of(ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b)) r ON r.record_id = s.record_id
$$;

-- Values that no facet has yet. p_roles: the codes of all roles that the batch gives; NULL = they are to be looked for.
CREATE OR REPLACE FUNCTION cc_facets_missing(p_batch jsonb, p_roles text[] DEFAULT NULL) RETURNS TABLE (name text, value text)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT v.name, v.code
      FROM (SELECT p.name, c.code
              FROM (SELECT b->>'kind' AS kind, b->'projection'->'search'->'facets' AS facets
                      FROM jsonb_array_elements(p_batch) b OFFSET 0) b
              JOIN facet_path p ON p.kind = b.kind
             CROSS JOIN LATERAL jsonb_array_elements_text(b.facets->p.path) c(code)
            UNION
            SELECT 'role', r.code FROM cc_rows_edge(p_batch) e
             CROSS JOIN LATERAL cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r
             WHERE p_roles IS NULL
            UNION
            SELECT 'role', unnest(p_roles)) v
     -- by key (OFFSET 0): all facets would be read
     WHERE NOT EXISTS (SELECT FROM facet f WHERE f.name = v.name AND f.value = v.code OFFSET 0);
END
$$;

-- In one order everywhere, so that nobody waits for somebody who waits for him.
DROP FUNCTION IF EXISTS cc_facets_add(jsonb, text[]);
CREATE OR REPLACE FUNCTION cc_facets_add(p_batch jsonb) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO facet (name, value) SELECT name, value FROM cc_facets_missing(p_batch) ORDER BY 1, 2 ON CONFLICT DO NOTHING
$$;

-- Where a record stands in a batch more than once, only the last counts, and the content which it had right before.
CREATE OR REPLACE FUNCTION cc_projection_newest(p_batch jsonb) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN (SELECT count(*) = count(DISTINCT b->>'id') FROM jsonb_array_elements(p_batch) b) THEN p_batch
                ELSE (SELECT jsonb_agg(CASE WHEN n < last THEN b - 'projection'
                                              WHEN before IS NULL THEN b ELSE b || jsonb_build_object('was', before) END ORDER BY n)
                        FROM (SELECT b, n, max(n) OVER (PARTITION BY b->>'id') AS last,
                                     -- what was withdrawn had none, which is told, too
                                     lag(coalesce(b->'projection', 'null')) OVER (PARTITION BY b->>'id' ORDER BY n) AS before
                                FROM jsonb_array_elements(p_batch) WITH ORDINALITY x(b, n)) y) END
$$;

-- Who has which role by what a batch says.
CREATE OR REPLACE FUNCTION cc_edges_roles(p_batch jsonb) RETURNS TABLE (record_id text, code text)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT r.record_id, r.code FROM cc_rows_edge(p_batch) e
     CROSS JOIN LATERAL cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r
$$;

-- Replaces the rows of a batch of records in two steps. First, before the feed's lock, all that needs no
-- position and is no row of another's, and the slow part of the rest, for the second step: the words of each, who has
-- which role by what these records say (`now`) and had by what they said (`was`), what they refer to and referred
-- to, and values that no facet has. p_known: the records that have rows to be replaced; NULL = any may have.
DROP FUNCTION IF EXISTS cc_project(jsonb);
CREATE OR REPLACE FUNCTION cc_project(p_batch jsonb, p_known text[] DEFAULT NULL) RETURNS cc_projected
LANGUAGE plpgsql
AS $$
DECLARE
    batch jsonb := cc_projection_newest(p_batch);
    made cc_projected;
BEGIN
    made.known := coalesce(p_known, ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b));
    IF made.known <> '{}' THEN
        DELETE FROM record_name WHERE record_id = ANY (made.known);
        DELETE FROM search_name WHERE record_id = ANY (made.known);
        -- By itself: whoever is being merged puts others in the place of these rows, which the next statement sees.
        PERFORM FROM edge WHERE from_id = ANY (made.known) ORDER BY from_id FOR UPDATE;
        WITH gone AS (DELETE FROM edge WHERE from_id = ANY (made.known) RETURNING *)
        SELECT array_agg(r.record_id), array_agg(r.code), array_agg(DISTINCT e.to_id)
          INTO made.was_ids, made.was_codes, made.was_to
          FROM gone e
          LEFT JOIN LATERAL cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r ON true;
    END IF;
    INSERT INTO record_name SELECT * FROM cc_rows_record_name(batch);
    INSERT INTO search_name SELECT * FROM cc_rows_search_name_bare(batch);
    WITH written AS (INSERT INTO edge SELECT * FROM cc_rows_edge(batch) RETURNING to_id)
    SELECT array_agg(DISTINCT to_id) INTO made.now_to FROM written;
    SELECT array_agg(x.record_id), array_agg(x.code) INTO made.now_ids, made.now_codes FROM cc_edges_roles(batch) x;
    SELECT array_agg(name), array_agg(value) INTO made.facet_names, made.facet_values
      FROM cc_facets_missing(batch, coalesce(made.now_codes, '{}'));
    made.words := ARRAY(SELECT CASE WHEN b->'projection'->'search' IS NOT NULL THEN cc_search_tsv(b->'projection') END
                          FROM jsonb_array_elements(batch) WITH ORDINALITY x(b, n) ORDER BY n);
    RETURN made;
END
$$;

-- Then, under the feed's lock: of two who bring a new facet value nobody waits for the other with the
-- lock in hand, and counts and names are rows that others change, too, which cannot deadlock here or
-- be made from a name that is just being replaced; roles are written into rows of others, too, so all of
-- `search` is written here. p_first: the position of the first.
DROP FUNCTION IF EXISTS cc_project_placed(jsonb, tsvector[], bigint);
CREATE OR REPLACE FUNCTION cc_project_placed(p_batch jsonb, p_made cc_projected, p_first bigint DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    batch jsonb := cc_projection_newest(p_batch);
    ids text[] := ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b);
    merged_ids text[] := ARRAY(SELECT record_id FROM publication WHERE redirect_to IS NOT NULL AND record_id = ANY (ids));
BEGIN
    IF EXISTS (SELECT FROM publication WHERE redirect_to IS NOT NULL AND record_id = ANY (p_made.now_to)) THEN
        batch := cc_batch_became(batch);
        DELETE FROM edge WHERE from_id = ANY (ids);
        INSERT INTO edge SELECT * FROM cc_rows_edge(batch);
        SELECT array_agg(x.record_id), array_agg(x.code) INTO p_made.now_ids, p_made.now_codes FROM cc_edges_roles(batch) x;
    END IF;
    IF merged_ids <> '{}' THEN
        PERFORM cc_merged_keep(batch, merged_ids);
    END IF;
    -- In one order everywhere, so that nobody waits for somebody who waits for him.
    INSERT INTO facet (name, value) SELECT * FROM unnest(p_made.facet_names, p_made.facet_values) ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    IF p_made.known <> '{}' THEN
        DELETE FROM search WHERE record_id = ANY (p_made.known);
        DELETE FROM role_late WHERE record_id = ANY (p_made.known);
    END IF;
    INSERT INTO search
    SELECT s.record_id, s.kind, s.tsv, s.names, s.facets,
           CASE WHEN r.keys IS NULL THEN s.keys ELSE ARRAY(SELECT unnest(s.keys) UNION SELECT unnest(r.keys) ORDER BY 1) END,
           s.position, s.sort_key
      FROM cc_rows_search_bare(batch, p_made.words, p_first) s
      LEFT JOIN (SELECT x.record_id, array_agg(f.id) AS keys
                   FROM (SELECT * FROM unnest(p_made.now_ids, p_made.now_codes) n(record_id, code)
                         UNION
                         SELECT r.record_id, r.code FROM edge e
                          CROSS JOIN LATERAL cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r
                          WHERE e.to_id = ANY (ids)) x
                   JOIN facet f ON f.name = 'role' AND f.value = x.code
                  GROUP BY 1) r ON r.record_id = s.record_id;
    PERFORM cc_roles_place(p_made.now_ids, p_made.now_codes, p_made.was_ids, p_made.was_codes);
    PERFORM cc_merged_place(ids, merged_ids);
    PERFORM cc_promise_place(batch);
    PERFORM cc_member_place(batch);
END
$$;

-- A statement that names the rows of a projection that are not what `source` gives, and their columns.
-- $1 and $2 are its to use; `kept`: the rows of the table that are meant.
CREATE OR REPLACE FUNCTION cc_projection_comparison(p_name text, p_key text, p_source text, p_kept text)
RETURNS text
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    WITH col AS (
        SELECT a.attnum, a.attname AS name, i.indrelid IS NOT NULL AS in_key,
               format('e.%I%s IS DISTINCT FROM s.%1$I', a.attname,
                      CASE WHEN a.attcollation <> 0 THEN ' COLLATE "C"' END) AS differs
          FROM pg_attribute a
          LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
         WHERE a.attrelid = p_name::regclass AND a.attnum > 0 AND NOT a.attisdropped
    )
    SELECT format('SELECT coalesce(e.%1$I, s.%1$I) AS record_id, string_agg(DISTINCT w.what, '', '') AS what'
                  ' FROM %3$s e FULL JOIN (SELECT * FROM %4$s) s ON %5$s'
                  ' CROSS JOIN LATERAL (SELECT %2$L WHERE e.%1$I IS NULL OR s.%1$I IS NULL%6$s) w(what)'
                  ' GROUP BY 1',
                  p_key, p_name, p_source, p_kept,
                  (SELECT string_agg(format('e.%1$I = s.%1$I', name), ' AND ') FROM col WHERE in_key),
                  (SELECT string_agg(format(' UNION ALL SELECT %L WHERE e.%I IS NOT NULL AND s.%2$I IS NOT NULL AND %s',
                                            p_name || '.' || name, p_key, differs), '' ORDER BY attnum)
                     FROM col WHERE NOT in_key))
$$;

-- What the stored projections of a batch of records differ in from what their contents give.
CREATE OR REPLACE FUNCTION cc_projection_differs(p_batch jsonb) RETURNS TABLE (record_id text, what text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    batch jsonb := cc_batch_became(p_batch);
    ids text[] := ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b);
    p record;
BEGIN
    FOR p IN SELECT * FROM cc_projections() WHERE of_records ORDER BY place LOOP
        RETURN QUERY EXECUTE cc_projection_comparison(p.name, p.key, format('cc_rows_%s($1)', p.name),
                                                      CASE p.name WHEN 'search' THEN 'cc_roles_settled($2)'
                                                                  ELSE format('%I WHERE %I = ANY ($2)', p.name, p.key) END)
               USING batch, ids;
    END LOOP;
END
$$;

-- What no record leads to: rows of records that were never published, and those that are made of other
-- projections.
CREATE OR REPLACE FUNCTION cc_projection_leftovers() RETURNS TABLE (record_id text, what text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT * FROM cc_projections() ORDER BY place LOOP
        RETURN QUERY EXECUTE
            CASE WHEN p.of_records IS NOT FALSE
                 THEN format('SELECT DISTINCT t.%1$I, %2$L::text FROM %2$I t WHERE NOT EXISTS'
                             ' (SELECT FROM revision r WHERE r.record_id = t.%1$I)', p.key, p.name)
                 ELSE cc_projection_comparison(p.name, p.key, format('cc_rows_%s()', p.name), quote_ident(p.name)) END;
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION cc_projection_differs(jsonb), cc_projection_leftovers() TO cc_job, cc_audit;
