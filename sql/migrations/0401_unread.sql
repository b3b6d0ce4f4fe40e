-- SPDX-License-Identifier: EUPL-1.2
-- Indexes that nothing reads: each new record, and each new membership, was entered into one more.
ALTER TABLE record DROP CONSTRAINT uq_record_id_kind; -- no key refers to both any longer (0220_parts.sql)
DROP INDEX membership_organisation_i;                 -- memberships are found by record.other_org
