-- SPDX-License-Identifier: EUPL-1.2
-- Statistics: counted anew from the projections and written where they differ, so that a table of many
-- rows is not rewritten because of one publication.

-- Published records by subject, without those that are illustrative: paths are those of cc_subjects in C,
-- [{"subject":"goal","kind":"partnership","path":"sdg.goal"}].
CREATE OR REPLACE FUNCTION cc_statistics_about(p_paths jsonb, p_kind text)
RETURNS TABLE (subject text, kind text, code text, record_id text)
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT p.subject, p.kind, c.code, s.record_id
      FROM jsonb_to_recordset(p_paths) p(subject text, kind text, path text)
      JOIN search s ON s.kind = p.kind
     CROSS JOIN LATERAL jsonb_array_elements_text(s.facets->p.path) c(code)
     WHERE (p_kind IS NULL OR p.kind = p_kind) AND NOT s.facets ? 'illustrative';
$$;

CREATE OR REPLACE FUNCTION cc_statistics_engagement(p_paths jsonb) RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    WITH found AS MATERIALIZED (
        SELECT a.subject, a.code, m.organisation_id, count(DISTINCT m.partnership_id) AS partnerships
          FROM cc_statistics_about(p_paths, 'partnership') a
          JOIN member m ON m.partnership_id = a.record_id AND m.state = 'confirmed'
         WHERE a.subject IN ('goal', 'target')
         GROUP BY 1, 2, 3),
    gone AS (
        DELETE FROM engagement e
         WHERE NOT EXISTS (SELECT FROM found f
                            WHERE (f.subject, f.code, f.organisation_id) = (e.subject, e.code, e.organisation_id)))
    INSERT INTO engagement AS e (subject, code, organisation_id, partnerships)
    SELECT f.* FROM found f
      LEFT JOIN engagement k USING (subject, code, organisation_id)
     WHERE k.partnerships IS DISTINCT FROM f.partnerships
    ON CONFLICT (subject, code, organisation_id) DO UPDATE SET partnerships = EXCLUDED.partnerships
$$;

-- Illustrative: the partnership is, or one of the two.
CREATE OR REPLACE FUNCTION cc_statistics_collaboration() RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    WITH busiest AS MATERIALIZED (
        SELECT organisation_id FROM member WHERE state = 'confirmed'
         GROUP BY organisation_id ORDER BY count(*) DESC, organisation_id LIMIT 60),
    place AS MATERIALIZED (
        SELECT m.partnership_id, m.organisation_id,
               EXISTS (SELECT FROM search s WHERE s.record_id IN (m.partnership_id, m.organisation_id)
                                              AND s.facets ? 'illustrative') AS illustrative
          FROM member m JOIN busiest USING (organisation_id)
         WHERE m.state = 'confirmed'),
    found AS MATERIALIZED (
        SELECT a.organisation_id AS organisation_a, b.organisation_id AS organisation_b,
               count(DISTINCT partnership_id) AS partnerships,
               count(DISTINCT partnership_id) FILTER (WHERE a.illustrative OR b.illustrative) AS illustrative
          FROM place a JOIN place b USING (partnership_id)
         WHERE a.organisation_id < b.organisation_id
         GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 200),
    gone AS (
        DELETE FROM collaboration c
         WHERE NOT EXISTS (SELECT FROM found f
                            WHERE (f.organisation_a, f.organisation_b) = (c.organisation_a, c.organisation_b)))
    INSERT INTO collaboration AS c (organisation_a, organisation_b, partnerships, illustrative)
    SELECT f.* FROM found f
      LEFT JOIN collaboration k USING (organisation_a, organisation_b)
     WHERE (k.partnerships, k.illustrative) IS DISTINCT FROM (f.partnerships, f.illustrative)
    ON CONFLICT (organisation_a, organisation_b)
    DO UPDATE SET partnerships = EXCLUDED.partnerships, illustrative = EXCLUDED.illustrative
$$;

-- Behind the engagement, whose organisations it counts.
CREATE OR REPLACE FUNCTION cc_statistics_records(p_paths jsonb) RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    WITH found AS MATERIALIZED (
        SELECT subject, code, kind, count(*) AS records
          FROM cc_statistics_about(p_paths, NULL) GROUP BY 1, 2, 3
        UNION ALL
        SELECT subject, code, 'organisation', count(*) FROM engagement GROUP BY 1, 2
        UNION ALL
        SELECT 'kind', '', kind, count(*) FROM publication WHERE state = 'published' GROUP BY 3
        UNION ALL
        SELECT 'illustrative', '', kind, count(*) FROM search WHERE facets ? 'illustrative' GROUP BY 3
        UNION ALL
        SELECT 'confirmed', code, 'membership', coalesce(sum(members), 0)
          FROM (SELECT c.members, s.facets ? 'illustrative' AS illustrative
                  FROM member_count c JOIN search s ON s.record_id = c.partnership_id
                 WHERE c.state = 'confirmed') m
         CROSS JOIN LATERAL (VALUES ('', true), ('illustrative', m.illustrative)) k(code, counts)
         WHERE counts GROUP BY code),
    gone AS (
        DELETE FROM statistic s
         WHERE NOT EXISTS (SELECT FROM found f WHERE (f.subject, f.code, f.kind) = (s.subject, s.code, s.kind)))
    INSERT INTO statistic AS s (subject, code, kind, records)
    SELECT f.* FROM found f
      LEFT JOIN statistic k USING (subject, code, kind)
     WHERE k.records IS DISTINCT FROM f.records
    ON CONFLICT (subject, code, kind) DO UPDATE SET records = EXCLUDED.records
$$;

-- Counts when something was published since; where counting takes long it rests twenty times as long,
-- so that it never uses more than a twentieth of a core. `anew` counts in any case.
CREATE OR REPLACE FUNCTION cc_statistics_count(p_paths jsonb, p_anew boolean DEFAULT false) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    head statistic_head;
    newest bigint;
    began timestamptz := clock_timestamp();
BEGIN
    SELECT * INTO head FROM statistic_head FOR UPDATE;
    SELECT position INTO newest FROM feed_head;
    IF NOT p_anew AND (head.position = newest OR began < head.counted_at + 20 * head.took) THEN
        RETURN false;
    END IF;
    PERFORM cc_statistics_engagement(p_paths);
    PERFORM cc_statistics_collaboration();
    PERFORM cc_statistics_records(p_paths);
    UPDATE statistic_head
       SET position = newest, counted_at = began, took = clock_timestamp() - began;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION cc_statistics_count(jsonb, boolean) TO cc_job;
REVOKE EXECUTE ON FUNCTION cc_statistics_about(jsonb, text), cc_statistics_engagement(jsonb),
    cc_statistics_collaboration(), cc_statistics_records(jsonb) FROM PUBLIC;
