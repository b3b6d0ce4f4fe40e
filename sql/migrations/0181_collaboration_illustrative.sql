-- SPDX-License-Identifier: EUPL-1.2
-- How many of the partnerships that two organisations have in common were made up: told apart where all are shown.
ALTER TABLE collaboration ADD illustrative bigint NOT NULL DEFAULT 0;
UPDATE statistic_head SET position = -1; -- counted anew at once
