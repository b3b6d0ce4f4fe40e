-- SPDX-License-Identifier: EUPL-1.2
-- Indexes that hold everything that the lists of a record's page need, each in the order of its list:
-- no heap page is read, nothing is sorted, and a plan for all parameters is as good as one for
-- these, so that the server keeps it.
DROP INDEX edge_to_i;
CREATE INDEX edge_to_i ON edge (to_id, from_id, field) INCLUDE (kind, role, state);
CREATE INDEX edge_incoming_i ON edge (to_id, kind, field, from_id) INCLUDE (role)
    WHERE kind <> 'membership';
DROP INDEX member_partnership_i;
CREATE INDEX member_partnership_i ON member (partnership_id, state, organisation_name, membership_id)
    INCLUDE (organisation_id, roles);
DROP INDEX member_organisation_i;
CREATE INDEX member_organisation_i ON member (organisation_id, state, membership_id)
    INCLUDE (partnership_id, roles);
-- Merged records are few: whether a record is one of them costs almost nothing to ask.
CREATE INDEX publication_merged_i ON publication (record_id) INCLUDE (redirect_to)
    WHERE redirect_to IS NOT NULL;
