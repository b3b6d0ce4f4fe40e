-- SPDX-License-Identifier: EUPL-1.2
-- What counts as illustrative: what is marked so itself, an activity that an illustrative organisation reports, and a
-- commitment of which all makers are illustrative. Asked when it is wanted and kept nowhere, because an organisation may get
-- its mark, or lose it, when everything that it reports is long published. (The number that searches tell beside their
-- total is of records' own marks: it is counted with the facets, see migration 0250.)

-- Is all that tells this record illustrative? An activity: who reports it (cc_iati_reporter()); a commitment: all makers;
-- other kinds have nobody who tells them. By key (OFFSET 0), and of no kind more than it needs: lists ask it for each hit.
CREATE OR REPLACE FUNCTION cc_illustrative_by(p_id text, p_kind text) RETURNS TABLE (is_told_so boolean)
LANGUAGE sql STABLE ROWS 1
AS $$
    SELECT CASE p_kind
           WHEN 'activity' THEN
               (SELECT o.facets ? 'illustrative'
                  FROM cc_iati_reporter(p_id) t
                 CROSS JOIN LATERAL (SELECT facets FROM search WHERE record_id = t.reporter OFFSET 0) o)
           WHEN 'commitment' THEN
               (SELECT coalesce(o.facets ? 'illustrative', false)
                  FROM (SELECT to_id FROM edge WHERE from_id = p_id AND field = 'maker' OFFSET 0) e
                  LEFT JOIN LATERAL (SELECT facets FROM search WHERE record_id = e.to_id OFFSET 0) o ON true
                 ORDER BY 1 LIMIT 1) -- false before true: one that is real is enough
           END
$$;

-- The same of one record, planned once for a connection.
CREATE OR REPLACE FUNCTION cc_is_told_so(p_id text, p_kind text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT is_told_so FROM cc_illustrative_by(p_id, p_kind));
END
$$;

-- All that counts as illustrative, but memberships: these go by themselves and by either side. Of what organisations with
-- the mark may tell it is asked one by one. Planned by itself, however its caller plans.
CREATE OR REPLACE FUNCTION cc_illustrative() RETURNS TABLE (record_id text, kind text)
LANGUAGE sql STABLE SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
    WITH marked AS MATERIALIZED (
        SELECT s.record_id, s.kind FROM search s
         WHERE s.kind || '' <> 'membership' AND s.keys @> cc_facet_ids('{illustrative=true}')),
    body AS MATERIALIZED (
        SELECT m.record_id FROM marked m WHERE m.kind = 'organisation'),
    told AS (
        SELECT e.from_id AS record_id, e.kind
          FROM body b JOIN edge e ON e.to_id = b.record_id
         WHERE e.kind = 'activity' AND e.field = 'reporting.organisation' OR e.kind = 'commitment' AND e.field = 'maker'
        UNION -- reported by the publisher
        SELECT s.record_id, s.kind FROM search s
         WHERE s.kind = 'activity' AND EXISTS (SELECT FROM body)
           AND NOT EXISTS (SELECT FROM edge e WHERE e.from_id = s.record_id AND e.field = 'reporting.organisation'))
    SELECT m.record_id, m.kind FROM marked m
    UNION
    SELECT t.record_id, t.kind FROM told t CROSS JOIN LATERAL cc_illustrative_by(t.record_id, t.kind) x WHERE x.is_told_so
$$;
GRANT EXECUTE ON FUNCTION cc_illustrative_by(text, text), cc_is_told_so(text, text) TO cc_web, cc_login, cc_job, cc_audit;
REVOKE EXECUTE ON FUNCTION cc_illustrative() FROM PUBLIC;
