-- SPDX-License-Identifier: EUPL-1.2
-- The kind of a record among the numbers that it is searched by, so that words and a kind are one look
-- into one index, whatever else has these words; and acronyms as people type them. A new kind needs its
-- line here, in a migration.
INSERT INTO facet (name, value)
SELECT 'kind', k FROM unnest(ARRAY['partnership', 'organisation', 'activity', 'commitment']) k;
UPDATE search s
   SET keys = ARRAY(SELECT unnest(s.keys) UNION SELECT f.id ORDER BY 1)
  FROM facet f WHERE f.name = 'kind' AND f.value = s.kind;
CREATE INDEX record_name_acronym_i ON record_name (lower(acronym)) WHERE acronym IS NOT NULL;
