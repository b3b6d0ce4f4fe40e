-- SPDX-License-Identifier: EUPL-1.2
-- Memberships are shown by no search: nothing is kept of their words any more, and the index of names leaves them out, as
-- that of words does (0210).
UPDATE search SET tsv = '' WHERE kind = 'membership' AND tsv <> '';
DROP INDEX search_names_i;
CREATE INDEX search_names_i ON search USING gin (names gin_trgm_ops) WHERE kind || '' <> 'membership';
