-- SPDX-License-Identifier: EUPL-1.2
-- What cc_project() makes of a batch before the feed's lock, for what is written under it.
CREATE TYPE cc_projected AS (
    words tsvector[],
    now_ids text[],
    now_codes text[],
    was_ids text[],
    was_codes text[],
    was_to text[],
    facet_names text[],
    facet_values text[]
);
