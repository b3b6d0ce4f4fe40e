-- SPDX-License-Identifier: EUPL-1.2
-- The newest of a kind or of all, their facets counted or asked for, from the index alone: a row of
-- `search` is as wide as its words, and two thousand of them are as many pages.
DROP INDEX search_newest_i;
DROP INDEX search_newest_kind_i;
DROP INDEX search_kind_i;
CREATE INDEX search_newest_i ON search (position) INCLUDE (record_id, kind, sort_key, keys) WHERE kind <> 'membership';
CREATE INDEX search_newest_kind_i ON search (kind, position) INCLUDE (record_id, sort_key, keys) WHERE kind <> 'membership';
