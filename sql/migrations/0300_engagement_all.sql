-- SPDX-License-Identifier: EUPL-1.2
-- Who works on a goal or target: beside the confirmed members of partnerships, the makers of commitments and the
-- reporters and participants of activities. `records` is all of these, by which they are sorted; statistic's kind
-- 'organisation' of goals and targets counts such organisations, each once.
ALTER TABLE engagement
    ADD commitments bigint NOT NULL DEFAULT 0,
    ADD activities bigint NOT NULL DEFAULT 0,
    ADD records bigint NOT NULL GENERATED ALWAYS AS (partnerships + commitments + activities) STORED;
DROP INDEX engagement_most_i;
CREATE INDEX engagement_most_i ON engagement (subject, code, records DESC, organisation_id);
UPDATE statistic_head SET position = -1; -- counted anew at once
