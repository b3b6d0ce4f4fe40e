-- SPDX-License-Identifier: EUPL-1.2
-- Search over all kinds in one statement: the codes of a record as numbers beside its words in one
-- index, and what the results are sorted by.
CREATE TABLE facet (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,  -- as in addresses: goal, country
    value text NOT NULL, -- a code
    CONSTRAINT uq_facet UNIQUE (name, value)
);
-- Which field of which kind is which facet. A new kind needs its lines here, in a migration.
CREATE TABLE facet_path (
    kind text NOT NULL,
    path text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (kind, path)
);
INSERT INTO facet_path (kind, path, name)
SELECT kind, path, name
  FROM unnest(ARRAY['partnership', 'activity', 'commitment']) k(kind),
       (VALUES ('sdg.goal', 'goal'), ('sdg.target', 'target'), ('country.code', 'country'),
               ('region.code', 'region'), ('theme', 'theme'), ('kind', 'type'), ('state', 'state'),
               ('year', 'year')) p(path, name);
INSERT INTO facet_path (kind, path, name)
VALUES ('organisation', 'type', 'type'), ('organisation', 'country', 'country'),
       ('organisation', 'year', 'year');

-- `facets` stays what the content says; `keys` are the numbers of those that are searched by.
ALTER TABLE search
    ADD keys integer[] NOT NULL DEFAULT '{}',
    ADD position bigint NOT NULL DEFAULT 0,
    ADD sort_key text COLLATE "C" NOT NULL DEFAULT '';
INSERT INTO facet (name, value)
SELECT DISTINCT f.name, c.code
  FROM search s
  JOIN facet_path f USING (kind)
 CROSS JOIN LATERAL jsonb_array_elements_text(s.facets->f.path) c(code);
UPDATE search s
   SET position = p.position,
       sort_key = left(unaccent(split_part(s.names, E'\n', 1)), 60),
       keys = coalesce((SELECT array_agg(DISTINCT f.id ORDER BY f.id)
                          FROM facet_path fp
                         CROSS JOIN LATERAL jsonb_array_elements_text(s.facets->fp.path) c(code)
                          JOIN facet f ON f.name = fp.name AND f.value = c.code
                         WHERE fp.kind = s.kind), '{}')
  FROM publication p WHERE p.record_id = s.record_id;

DROP INDEX search_tsv_i;
CREATE INDEX search_match_i ON search USING gin (keys, tsv) WITH (gin_pending_list_limit = 1024);
CREATE INDEX search_newest_i ON search (position) WHERE kind <> 'membership';
CREATE INDEX search_newest_kind_i ON search (kind, position) WHERE kind <> 'membership';
CREATE INDEX search_title_i ON search (sort_key, record_id) WHERE kind <> 'membership';
CREATE INDEX search_title_kind_i ON search (kind, sort_key, record_id) WHERE kind <> 'membership';

GRANT SELECT ON facet, facet_path TO cc_web, cc_login, cc_job, cc_audit;
