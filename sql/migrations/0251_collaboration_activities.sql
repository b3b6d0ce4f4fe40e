-- SPDX-License-Identifier: EUPL-1.2
-- Ties of organisations that take part in the same activities, beside those of partnerships; illustrative is of both.
ALTER TABLE collaboration ADD activities bigint NOT NULL DEFAULT 0;
UPDATE statistic_head SET position = -1; -- counted anew at once
