-- SPDX-License-Identifier: EUPL-1.2
-- What was merged is found by the record that it became: a projection (functions/merged.sql). Of a merged record and, once
-- others became it, of that which stays: names and words of its own, which together stand in the row of `search` of that.
CREATE TABLE merged (
    record_id text PRIMARY KEY,
    became text NOT NULL, -- at the end of the way; itself, of the one that stays
    names text NOT NULL,
    tsv tsvector NOT NULL
);
CREATE INDEX merged_became_i ON merged (became, record_id);
GRANT SELECT ON merged TO cc_web, cc_login, cc_job, cc_audit;
-- To what the records of a batch refer: looked at again under the feed's lock.
ALTER TYPE cc_projected ADD ATTRIBUTE now_to text[];
