-- SPDX-License-Identifier: EUPL-1.2
-- Members are looked for in the index alone; what a page shows of them is read of those that it shows.
DROP INDEX member_name_i;
DROP INDEX member_constituency_i;
CREATE INDEX member_name_i ON member (partnership_id, organisation_name, membership_id) INCLUDE (state);
CREATE INDEX member_constituency_i ON member (partnership_id, constituency, organisation_name, membership_id)
    INCLUDE (state) WHERE constituency <> '';
