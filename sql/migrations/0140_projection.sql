-- SPDX-License-Identifier: EUPL-1.2
-- Projections can be replaced as a whole: no function depends on the type of their rows, and no
-- other table refers to them or is referred to. `concord verify` compares them.
DROP FUNCTION IF EXISTS cc_project(text, text, jsonb), cc_search_keys(text, jsonb),
    cc_project_search(text, text, jsonb, tsvector, bigint), cc_project_promise(text, jsonb),
    cc_promise_differs(text, jsonb), cc_promise_resources(text, jsonb), cc_promise(text, jsonb),
    cc_projection_differs(text, text, jsonb);
ALTER TABLE member DROP CONSTRAINT fk_member_publication;

-- A count of nothing is no row.
DELETE FROM member_count WHERE members = 0;
