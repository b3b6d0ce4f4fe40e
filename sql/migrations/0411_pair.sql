-- SPDX-License-Identifier: EUPL-1.2
-- The heads of memberships have the same pair (uq_membership_pair), which are made first: one index is enough.
ALTER TABLE membership DROP CONSTRAINT uq_membership;
