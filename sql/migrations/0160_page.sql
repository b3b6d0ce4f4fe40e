-- SPDX-License-Identifier: EUPL-1.2
-- What the page of a record shows of other records, ready to be sent: functions/page.sql. A row is right as
-- long as it is there and its position is not before that of the last publication that changed a name.
CREATE TABLE page (
    record_id text NOT NULL,
    lang text NOT NULL,       -- of the page
    position bigint NOT NULL, -- the feed's, when it was made
    lists text NOT NULL,
    PRIMARY KEY (record_id, lang)
) WITH (toast_tuple_target = 8160);
ALTER TABLE page ALTER lists SET COMPRESSION lz4, ALTER lists SET STORAGE MAIN;
ALTER TABLE feed_head ADD named bigint NOT NULL DEFAULT 0;
GRANT SELECT ON page TO cc_web, cc_login, cc_job, cc_audit;
