-- SPDX-License-Identifier: EUPL-1.2
-- How many records each part of IATI's activities has: 500 positions of the feed each, by the last of them. Kept by
-- cc_iati_tell() whenever something is published, so that the list of parts counts nothing.
CREATE TABLE iati_part (
    until bigint PRIMARY KEY,
    records bigint NOT NULL
);
GRANT SELECT ON iati_part TO cc_web, cc_login, cc_job, cc_audit;

INSERT INTO iati_part (until, records)
SELECT (position + 499) / 500 * 500, count(*) FROM publication
 WHERE state = 'published' AND kind IN ('activity', 'partnership')
 GROUP BY 1;
