-- SPDX-License-Identifier: EUPL-1.2
-- Memberships, half of all records, are never searched by words: they are not in the index of words and numbers. Its
-- condition is written so that no index of kinds is taken for a question that this one answers.
DROP INDEX search_match_i;
CREATE INDEX search_match_i ON search USING gin (keys, tsv) WITH (gin_pending_list_limit = 1024)
    WHERE kind || '' <> 'membership';
