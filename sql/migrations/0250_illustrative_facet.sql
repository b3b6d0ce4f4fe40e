-- SPDX-License-Identifier: EUPL-1.2
-- What is illustrative is one more number among the keys of a record, so that each search counts it with its facets.
INSERT INTO facet_path (kind, path, name)
SELECT unnest(ARRAY['partnership', 'organisation', 'activity', 'commitment']), 'illustrative', 'illustrative';
INSERT INTO facet (name, value)
SELECT 'illustrative', 'true' WHERE EXISTS (SELECT FROM search WHERE kind <> 'membership' AND facets ? 'illustrative')
ON CONFLICT DO NOTHING;
UPDATE search s SET keys = ARRAY(SELECT unnest(s.keys) UNION SELECT f.id ORDER BY 1)
  FROM facet f
 WHERE f.name = 'illustrative' AND s.kind <> 'membership' AND s.facets ? 'illustrative';
