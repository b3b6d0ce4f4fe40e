-- SPDX-License-Identifier: EUPL-1.2
-- The facet `role` (functions/role.sql) of what is published already.
CREATE TEMP TABLE has_role ON COMMIT DROP AS
SELECT DISTINCT r.id AS record_id, m.code
  FROM edge e
 CROSS JOIN LATERAL (SELECT c.code FROM regexp_split_to_table(e.role, ' ') c(code)
                      WHERE e.kind = 'membership' AND e.field IN ('partnership', 'organisation')
                        AND e.state IN ('confirmed', 'invited', 'proposed') AND c.code <> ''
                     UNION ALL
                     SELECT v.code FROM regexp_split_to_table(e.role, ' ') c(code)
                       JOIN (VALUES ('1', 'funding'), ('2', 'accountable'), ('3', 'extending'), ('4', 'implementing'))
                            v(iati, code) ON v.iati = c.code
                      WHERE e.kind = 'activity' AND e.field = 'participant.organisation'
                     UNION ALL
                     SELECT v.code FROM (VALUES ('partnership', 'host', 'host'),
                            ('activity', 'reporting.organisation', 'reporting'),
                            ('commitment', 'review.reviewer', 'reviewer')) v(kind, field, code)
                      WHERE v.kind = e.kind AND v.field = e.field) m
 CROSS JOIN LATERAL (SELECT e.to_id UNION ALL SELECT e.from_id WHERE e.kind <> 'membership') r(id);
INSERT INTO facet (name, value) SELECT DISTINCT 'role', code FROM has_role;
UPDATE search s
   SET keys = ARRAY(SELECT unnest(s.keys) UNION SELECT unnest(h.keys) ORDER BY 1)
  FROM (SELECT record_id, array_agg(f.id) AS keys FROM has_role JOIN facet f ON f.name = 'role' AND f.value = code
         GROUP BY 1) h
 WHERE h.record_id = s.record_id;
