-- SPDX-License-Identifier: EUPL-1.2
-- Roles that rows of `search` have not got yet (functions/role.sql). Such a row is in the index of words: to write a new role
-- into it writes all of its words into that index again, and in a large import each organisation gets its roles one by one.
CREATE TABLE role_late (
    record_id text COLLATE "C" PRIMARY KEY,
    keys integer[] NOT NULL -- numbers of `facet`, none of which is in `search.keys`
);
GRANT SELECT ON role_late TO cc_web, cc_login, cc_job, cc_audit;
INSERT INTO job (name, lane, period) VALUES ('roles', 'periodic', '20 seconds');
