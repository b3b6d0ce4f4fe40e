-- SPDX-License-Identifier: EUPL-1.2
-- Counting is asked for with one more word.
DROP FUNCTION IF EXISTS cc_statistics_count(jsonb);
