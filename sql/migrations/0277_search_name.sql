-- SPDX-License-Identifier: EUPL-1.2
-- Names for likeness in a table of their own, with their indexes: a row of `search` is written again whenever its record
-- gets a role by what others say, and each of its indexes with it. Written before the feed's lock.
CREATE TABLE search_name (
    record_id text PRIMARY KEY,
    kind text NOT NULL,
    names text NOT NULL -- as in search
);
INSERT INTO search_name SELECT record_id, kind, names FROM search WHERE kind <> 'membership';
DROP INDEX search_names_i, search_look_i, search_looks_i;
CREATE INDEX search_names_i ON search_name USING gin (names gin_trgm_ops);
CREATE INDEX search_look_i ON search_name USING gin (cc_name_look(names) gin_trgm_ops) WHERE kind = 'organisation';
CREATE INDEX search_looks_i ON search_name USING gin (cc_name_looks(names)) WHERE kind = 'organisation';
GRANT SELECT ON search_name TO cc_web, cc_login, cc_job, cc_audit;
