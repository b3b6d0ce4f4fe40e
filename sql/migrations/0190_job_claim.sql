-- SPDX-License-Identifier: EUPL-1.2
-- Whoever claims a job gets the number of the claim: who has lost it neither prolongs nor ends it.
-- `again`: somebody asked for the job while it ran, so it is due anew when it ends.
ALTER TABLE job ADD COLUMN claim bigint NOT NULL DEFAULT 0,
                ADD COLUMN again boolean NOT NULL DEFAULT false;
DROP FUNCTION IF EXISTS cc_job_claim(text, interval), cc_job_beat(bigint, interval), cc_job_end(bigint, text);
