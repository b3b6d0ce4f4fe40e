-- SPDX-License-Identifier: EUPL-1.2
-- Lists are searches with the kind given: what they filtered by in `facets` is in `keys`, too.
INSERT INTO facet_path (kind, path, name) VALUES ('commitment', 'resource.kind', 'resource');
INSERT INTO facet (name, value)
SELECT DISTINCT 'resource', c.code
  FROM search s
 CROSS JOIN LATERAL jsonb_array_elements_text(s.facets->'resource.kind') c(code)
 WHERE s.kind = 'commitment';
UPDATE search s
   SET keys = ARRAY(SELECT unnest(s.keys)
                     UNION
                    SELECT f.id FROM jsonb_array_elements_text(s.facets->'resource.kind') c(code)
                      JOIN facet f ON f.name = 'resource' AND f.value = c.code
                     ORDER BY 1)
 WHERE s.kind = 'commitment' AND s.facets ? 'resource.kind';
DROP INDEX search_facets_i;
