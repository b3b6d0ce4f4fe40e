-- SPDX-License-Identifier: EUPL-1.2
-- Statistics: counted anew from the projections and written where they differ, so that a table of many
-- rows is not rewritten because of one publication.

-- Published records by subject (NULL = all of them): paths are those of cc_subjects in C,
-- [{"subject":"goal","kind":"partnership","path":"sdg.goal"}].
DROP FUNCTION IF EXISTS cc_statistics_about(jsonb, text);
DROP FUNCTION IF EXISTS cc_statistics_about(jsonb, text[]);
CREATE OR REPLACE FUNCTION cc_statistics_about(p_paths jsonb, p_subjects text[])
RETURNS TABLE (subject text, kind text, code text, record_id text)
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT p.subject, p.kind, c.code, s.record_id
      FROM jsonb_to_recordset(p_paths) p(subject text, kind text, path text)
      JOIN search s ON s.kind = p.kind
     CROSS JOIN LATERAL jsonb_array_elements_text(s.facets->p.path) c(code)
     WHERE p_subjects IS NULL OR p.subject = ANY (p_subjects);
$$;

-- Who works on each goal and target, and through how many records of which kind: partnerships that it confirmed,
-- commitments that it makes, activities that it reports or takes part in by what is published of them. In these it is
-- named by identifier: an organisation that was merged is the one that it leads to, one that was withdrawn is nobody.
-- What is illustrative (illustrative.sql) counts nowhere: records, memberships, organisations.
CREATE OR REPLACE FUNCTION cc_statistics_engagement(p_paths jsonb) RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    WITH example AS MATERIALIZED (
        SELECT record_id FROM cc_illustrative()
        UNION ALL
        SELECT record_id FROM search WHERE kind = 'membership' AND facets ? 'illustrative'),
    about AS MATERIALIZED (
        SELECT a.* FROM cc_statistics_about(p_paths, '{goal,target}') a
         WHERE NOT EXISTS (SELECT FROM example x WHERE x.record_id = a.record_id)),
    named AS MATERIALIZED (
        SELECT e.from_id AS record_id, p.record_id AS organisation_id
          FROM edge e
          LEFT JOIN publication m ON m.record_id = e.to_id AND m.redirect_to IS NOT NULL
          JOIN publication p ON p.record_id = coalesce(m.redirect_to, e.to_id) AND p.state = 'published'
         WHERE e.kind = 'commitment' AND e.field = 'maker'
            OR e.kind = 'activity' AND e.field IN ('reporting.organisation', 'participant.organisation')
        UNION -- in two roles it is one
        SELECT partnership_id, organisation_id FROM member m
         WHERE state = 'confirmed' AND NOT EXISTS (SELECT FROM example x WHERE x.record_id = m.membership_id)),
    found AS MATERIALIZED (
        SELECT a.subject, a.code, n.organisation_id,
               count(*) FILTER (WHERE a.kind = 'partnership') AS partnerships,
               count(*) FILTER (WHERE a.kind = 'commitment') AS commitments,
               count(*) FILTER (WHERE a.kind = 'activity') AS activities
          FROM about a JOIN named n USING (record_id)
         WHERE NOT EXISTS (SELECT FROM example x WHERE x.record_id = n.organisation_id)
         GROUP BY 1, 2, 3),
    gone AS (
        DELETE FROM engagement e
         WHERE NOT EXISTS (SELECT FROM found f
                            WHERE (f.subject, f.code, f.organisation_id) = (e.subject, e.code, e.organisation_id)))
    INSERT INTO engagement AS e (subject, code, organisation_id, partnerships, commitments, activities)
    SELECT f.* FROM found f
      LEFT JOIN engagement k USING (subject, code, organisation_id)
     WHERE (k.partnerships, k.commitments, k.activities) IS DISTINCT FROM (f.partnerships, f.commitments, f.activities)
    ON CONFLICT (subject, code, organisation_id)
    DO UPDATE SET partnerships = EXCLUDED.partnerships, commitments = EXCLUDED.commitments,
                  activities = EXCLUDED.activities
$$;

-- Pairs of organisations that confirmed membership of the same partnerships or, by what is published of activities,
-- take part in the same of these (whatever their role).
-- Asked are the 60 with most memberships and the 60 with most activities, so a partnership or activity is of no more
-- pairs than these have, and those with the same of them are counted as one; kept are the 200 strongest pairs, by either
-- number in turn. Illustrative: what they have in common is, or one of the two.
CREATE OR REPLACE FUNCTION cc_statistics_collaboration() RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
    WITH busiest AS MATERIALIZED (
        SELECT p.record_id AS organisation_id
          FROM ((SELECT organisation_id AS id FROM member WHERE state = 'confirmed'
                  GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 60)
                UNION
                (SELECT to_id FROM edge WHERE kind = 'activity' AND field = 'participant.organisation'
                  GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 60)) o
          JOIN publication p ON p.record_id = o.id AND p.state = 'published'),
    example AS MATERIALIZED (
        SELECT record_id FROM cc_illustrative()),
    place AS (
        SELECT 'partnership' AS kind, m.partnership_id AS id, m.organisation_id
          FROM busiest b JOIN member m USING (organisation_id) WHERE m.state = 'confirmed'
        UNION
        SELECT e.kind, e.from_id, b.organisation_id
          FROM busiest b JOIN edge e ON e.to_id = b.organisation_id AND e.kind = 'activity' AND e.field = 'participant.organisation'),
    company AS MATERIALIZED (
        SELECT t.kind, t.organisations, x.record_id IS NOT NULL AS illustrative, count(*) AS n
          FROM (SELECT kind, id, array_agg(organisation_id ORDER BY organisation_id) AS organisations
                  FROM place GROUP BY 1, 2 HAVING count(*) > 1) t
          LEFT JOIN example x ON x.record_id = t.id
         GROUP BY 1, 2, 3),
    pair AS (
        SELECT a.id AS organisation_a, b.id AS organisation_b,
               coalesce(sum(c.n) FILTER (WHERE c.kind = 'partnership'), 0) AS partnerships,
               coalesce(sum(c.n) FILTER (WHERE c.kind = 'activity'), 0) AS activities,
               sum(c.n) AS both_kinds, coalesce(sum(c.n) FILTER (WHERE c.illustrative), 0) AS illustrative
          FROM company c
         CROSS JOIN LATERAL unnest(c.organisations) a(id)
         CROSS JOIN LATERAL unnest(c.organisations) b(id)
         WHERE a.id < b.id
         GROUP BY 1, 2),
    found AS MATERIALIZED (
        SELECT organisation_a, organisation_b, partnerships, activities,
               CASE WHEN coalesce(a.record_id, b.record_id) IS NULL THEN p.illustrative ELSE both_kinds END AS illustrative
          FROM (SELECT *, least(row_number() OVER (ORDER BY partnerships DESC, activities DESC, organisation_a, organisation_b),
                                row_number() OVER (ORDER BY activities DESC, partnerships DESC, organisation_a, organisation_b))
                          AS place
                  FROM pair) p
          LEFT JOIN example a ON a.record_id = organisation_a
          LEFT JOIN example b ON b.record_id = organisation_b
         ORDER BY place, organisation_a, organisation_b LIMIT 200),
    gone AS (
        DELETE FROM collaboration c
         WHERE NOT EXISTS (SELECT FROM found f
                            WHERE (f.organisation_a, f.organisation_b) = (c.organisation_a, c.organisation_b)))
    INSERT INTO collaboration AS c (organisation_a, organisation_b, partnerships, activities, illustrative)
    SELECT f.* FROM found f
      LEFT JOIN collaboration k USING (organisation_a, organisation_b)
     WHERE (k.partnerships, k.activities, k.illustrative) IS DISTINCT FROM (f.partnerships, f.activities, f.illustrative)
    ON CONFLICT (organisation_a, organisation_b)
    DO UPDATE SET partnerships = EXCLUDED.partnerships, activities = EXCLUDED.activities,
                  illustrative = EXCLUDED.illustrative
$$;

-- Behind the engagement, whose organisations it counts. Kind "illustrative": how many records about it were left out,
-- those about any code of a subject with the code "". A confirmed membership is illustrative as itself or with either side.
CREATE OR REPLACE FUNCTION cc_statistics_records(p_paths jsonb) RETURNS void
LANGUAGE sql SET search_path = concord, pg_temp
AS $$
    WITH example AS MATERIALIZED (
        SELECT record_id, kind FROM cc_illustrative()
        UNION ALL
        SELECT record_id, kind FROM search WHERE kind = 'membership' AND facets ? 'illustrative'),
    about AS MATERIALIZED (
        SELECT a.*, x.record_id IS NOT NULL AS illustrative
          FROM cc_statistics_about(p_paths, NULL) a LEFT JOIN example x ON x.record_id = a.record_id),
    found AS MATERIALIZED (
        SELECT subject, code, CASE WHEN illustrative THEN 'illustrative' ELSE kind END AS kind, count(*) AS records
          FROM about GROUP BY 1, 2, 3
        UNION ALL
        SELECT subject, '', 'illustrative', count(*)
          FROM (SELECT DISTINCT subject, record_id FROM about WHERE illustrative) r GROUP BY 1
        UNION ALL
        SELECT subject, code, 'organisation', count(*) FROM engagement GROUP BY 1, 2
        UNION ALL
        SELECT 'kind', '', kind, count(*) FROM publication WHERE state = 'published' GROUP BY 3
        UNION ALL
        SELECT 'illustrative', '', kind, count(*) FROM example GROUP BY 3
        UNION ALL
        SELECT 'confirmed', '', 'membership', sum(c.members)
          FROM member_count c JOIN search s ON s.record_id = c.partnership_id
         WHERE c.state = 'confirmed' HAVING count(*) > 0
        UNION ALL
        SELECT 'confirmed', 'illustrative', 'membership', count(*)
          FROM member m JOIN search s ON s.record_id = m.partnership_id
          LEFT JOIN example p ON p.record_id = m.partnership_id
          LEFT JOIN example o ON o.record_id = m.organisation_id
          LEFT JOIN example e ON e.record_id = m.membership_id
         WHERE m.state = 'confirmed' AND coalesce(p.record_id, o.record_id, e.record_id) IS NOT NULL
        HAVING count(*) > 0),
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
REVOKE EXECUTE ON FUNCTION cc_statistics_about(jsonb, text[]), cc_statistics_engagement(jsonb),
    cc_statistics_collaboration(), cc_statistics_records(jsonb) FROM PUBLIC;
