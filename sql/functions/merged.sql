-- SPDX-License-Identifier: EUPL-1.2
-- Records that were merged. What refers to one of them is projected as referring to the one that it became: of what is
-- published afterwards by cc_batch_became(), of what was published before by cc_merged_keep(), in the transaction of the
-- merge. So nobody who reads asks what was merged. That which stays is found by the names and words of the others, too.
-- Who reads the bytes of a document reads what it said.
-- These functions set no search_path: the caller's says which generation they work on.

-- The record that this one became, at the end of the way; itself when it was not merged.
DROP FUNCTION IF EXISTS cc_promise_partnership(text);
CREATE OR REPLACE FUNCTION cc_became(p_id text) RETURNS text
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE way(id, steps) AS (
        SELECT p_id, 0
        UNION ALL
        SELECT p.redirect_to, steps + 1 FROM way JOIN publication p ON p.record_id = way.id
         WHERE p.redirect_to IS NOT NULL AND steps < 20)
    SELECT id FROM way ORDER BY steps DESC LIMIT 1
$$;

-- Codes of several lists, each once, in their order.
CREATE OR REPLACE FUNCTION cc_codes_join(p_codes text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(string_agg(DISTINCT c COLLATE "C", ' ' ORDER BY c COLLATE "C"), '')
      FROM unnest(string_to_array(p_codes, ' ')) c WHERE c <> ''
$$;

-- Members said yes to a partnership, so they are not moved to another one.
CREATE OR REPLACE FUNCTION cc_edge_follows(p_kind text, p_field text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT NOT (p_kind = 'membership' AND p_field = 'partnership') $$;

-- A batch of projections (projection.sql) with references to what was merged as those to what it became; `told`: as they
-- were written. Almost always there are none, which is asked once for the batch.
CREATE OR REPLACE FUNCTION cc_batch_became(p_batch jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM publication
                    WHERE redirect_to IS NOT NULL
                      AND record_id = ANY (ARRAY(SELECT t #>> '{}'
                                                   FROM jsonb_path_query(p_batch, '$[*].projection.edges[*].to') t))) THEN
        RETURN p_batch;
    END IF;
    RETURN (
        SELECT jsonb_agg(CASE WHEN r.edges IS NULL THEN b ELSE jsonb_set(b, '{projection,edges}', r.edges) END ORDER BY n)
          FROM jsonb_array_elements(p_batch) WITH ORDINALITY x(b, n)
         CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('to', g.became, 'told', g.told, 'field', g.field, 'state', g.state,
                                                'role', CASE WHEN g.several THEN cc_codes_join(g.role) ELSE g.role END)
                             ORDER BY g.field COLLATE "C", g.became COLLATE "C") AS edges
              FROM (SELECT e->>'field' AS field, w.became, min(e->>'to') AS told, min(e->>'state') AS state,
                           string_agg(e->>'role', ' ') AS role, count(*) > 1 AS several
                      FROM jsonb_array_elements(b->'projection'->'edges') e
                     CROSS JOIN LATERAL (SELECT CASE WHEN cc_edge_follows(b->>'kind', e->>'field')
                                                     THEN cc_became(e->>'to') ELSE e->>'to' END) w(became)
                     GROUP BY 1, 2) g) r);
END
$$;

-- `was`: the projection of the content that a merged record had.
CREATE OR REPLACE FUNCTION cc_rows_merged(p_batch jsonb)
RETURNS TABLE (record_id text, became text, names text, tsv tsvector)
LANGUAGE sql STABLE
AS $$
    SELECT b->>'id', cc_became(b->>'id'), coalesce(b->'was'->'search'->>'names', ''), cc_search_tsv(b->'was')
      FROM jsonb_array_elements(p_batch) b
      JOIN publication p ON p.record_id = b->>'id' AND p.redirect_to IS NOT NULL
    UNION ALL
    SELECT b->>'id', b->>'id', b->'projection'->'search'->>'names', cc_search_tsv(b->'projection')
      FROM jsonb_array_elements(p_batch) b
     WHERE b->'projection'->'search' IS NOT NULL
       AND EXISTS (SELECT FROM merged m WHERE m.became = b->>'id' AND m.record_id <> m.became)
$$;

CREATE OR REPLACE AGGREGATE cc_tsvectors(tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '');

-- What others have that became these records.
CREATE OR REPLACE FUNCTION cc_merged_words(p_ids text[]) RETURNS TABLE (record_id text, names text, tsv tsvector)
LANGUAGE sql STABLE
AS $$
    SELECT m.became, string_agg(m.names, E'\n' ORDER BY m.record_id) FILTER (WHERE m.names <> ''),
           cc_tsvectors(m.tsv ORDER BY m.record_id)
      FROM merged m
     WHERE m.became = ANY (p_ids) AND m.record_id <> m.became
     GROUP BY 1
$$;

-- Before the feed's lock, for those who hold one of these rows and wait for that lock. Others may come in between: the
-- server ends one of two that wait for each other, which is done again.
CREATE OR REPLACE FUNCTION cc_merged_lock(p_merged text[], p_into text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_merged <> '{}' THEN
        PERFORM FROM edge WHERE to_id = ANY (p_merged) ORDER BY from_id FOR UPDATE;
        PERFORM FROM search_name WHERE record_id = ANY (p_merged || p_into) ORDER BY record_id FOR UPDATE;
    END IF;
END
$$;

-- Of a batch in which these were merged, before its rows are replaced: what they had is kept, what refers to them moved.
CREATE OR REPLACE FUNCTION cc_merged_keep(p_batch jsonb, p_merged text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO merged AS k (record_id, became, names, tsv)
    SELECT i.id, cc_became(i.id), coalesce(w.names, o.names, s.names, ''), coalesce(w.tsv, o.tsv, s.tsv, '')
      FROM unnest(p_merged) i(id)
      LEFT JOIN (SELECT b->>'id' AS id, coalesce(b->'was'->'search'->>'names', '') AS names, cc_search_tsv(b->'was') AS tsv
                   FROM jsonb_array_elements(p_batch) b WHERE b ? 'was') w ON w.id = i.id
      LEFT JOIN merged o ON o.record_id = i.id
      LEFT JOIN search s ON s.record_id = i.id
    ON CONFLICT (record_id) DO UPDATE SET became = excluded.became, names = excluded.names, tsv = excluded.tsv;
    UPDATE merged SET became = cc_became(record_id) WHERE became = ANY (p_merged);
    WITH gone AS (DELETE FROM edge WHERE to_id = ANY (p_merged) AND cc_edge_follows(kind, field) RETURNING *)
    INSERT INTO edge AS e (from_id, to_id, kind, field, role, state, publisher)
    SELECT g.from_id, m.became, g.kind, g.field,
           CASE WHEN count(*) = 1 THEN min(g.role) ELSE cc_codes_join(string_agg(g.role, ' ')) END, min(g.state), min(g.publisher)
      FROM gone g
      JOIN merged m ON m.record_id = g.to_id
     GROUP BY 1, 2, 3, 4
    ON CONFLICT (from_id, field, to_id) DO UPDATE SET role = cc_codes_join(e.role || ' ' || excluded.role);
    UPDATE member m
       SET organisation_id = g.became,
           organisation_name = coalesce((SELECT s.sort_key FROM search s WHERE s.record_id = g.became), '')
      FROM merged g
     WHERE g.record_id = ANY (p_merged) AND m.organisation_id = g.record_id;
END
$$;

-- Rows of `search` and `search_name` of those that others became: their own words, those of the others, and all their roles.
CREATE OR REPLACE FUNCTION cc_merged_join(p_ids text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM cc_roles_settle(p_ids);
    UPDATE search s
       SET names = concat_ws(E'\n', o.names, w.names), tsv = o.tsv || w.tsv,
           keys = coalesce(cc_keys_join(s.keys, (SELECT r.keys FROM cc_roles_of(ARRAY[s.record_id]) r)), s.keys)
      FROM merged o
      JOIN cc_merged_words(p_ids) w USING (record_id)
     WHERE o.record_id = o.became AND s.record_id = o.record_id;
    UPDATE search_name n SET names = s.names FROM search s WHERE n.record_id = ANY (p_ids) AND s.record_id = n.record_id;
END
$$;

-- Behind the rows of a batch, of which p_merged were merged: of those of it that stay, or now have what others had.
CREATE OR REPLACE FUNCTION cc_merged_place(p_ids text[], p_merged text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    heirs CONSTANT text[] := ARRAY(SELECT became FROM merged WHERE became = ANY (p_ids)
                                   UNION SELECT became FROM merged WHERE record_id = ANY (p_merged));
BEGIN
    IF heirs = '{}' THEN
        RETURN;
    END IF;
    DELETE FROM merged WHERE record_id = became AND record_id = ANY (heirs) AND record_id = ANY (p_ids);
    INSERT INTO merged (record_id, became, names, tsv)
    SELECT record_id, record_id, names, tsv FROM search WHERE record_id = ANY (heirs)
    ON CONFLICT DO NOTHING;
    PERFORM cc_merged_join(heirs);
END
$$;

-- All at once, behind a load of everything.
CREATE OR REPLACE FUNCTION cc_merged_fill() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    heirs CONSTANT text[] := ARRAY(SELECT DISTINCT became FROM merged);
BEGIN
    IF heirs = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO merged (record_id, became, names, tsv)
    SELECT s.record_id, s.record_id, s.names, s.tsv FROM search s
     WHERE s.record_id = ANY (heirs) AND NOT EXISTS (SELECT FROM merged m WHERE m.record_id = s.record_id);
    PERFORM cc_merged_join(heirs);
END
$$;

-- Content was taken out of revisions: of a merged record those words must go that the last one had.
CREATE OR REPLACE FUNCTION cc_merged_redacted(p_id text) RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    UPDATE merged SET names = '', tsv = ''
     WHERE record_id = p_id AND record_id <> became
       AND EXISTS (SELECT FROM publication p JOIN revision r ON r.record_id = p.record_id AND r.number = p.revision - 1
                    WHERE p.record_id = p_id AND p.redirect_to IS NOT NULL AND r.content IS NULL);
    SELECT cc_merged_join(ARRAY(SELECT became FROM merged WHERE record_id = p_id));
$$;
GRANT EXECUTE ON FUNCTION cc_became(text) TO cc_web, cc_job, cc_audit;
