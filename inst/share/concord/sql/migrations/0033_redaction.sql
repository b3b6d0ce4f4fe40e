-- SPDX-License-Identifier: EUPL-1.2
-- What was taken out of the revisions, and why. Seals and chains stay as they are.
CREATE TABLE redaction (
    record_id text NOT NULL,
    number integer NOT NULL,
    what text NOT NULL,
    reason text NOT NULL,
    position bigint NOT NULL, -- of the feed's entry that obliges mirrors
    PRIMARY KEY (record_id, number, what),
    CONSTRAINT fk_redaction_revision FOREIGN KEY (record_id, number) REFERENCES revision,
    CONSTRAINT ck_redaction_what CHECK (what IN ('content', 'note')),
    CONSTRAINT ck_redaction_reason CHECK (length(reason) BETWEEN 1 AND 1000)
);
GRANT SELECT ON redaction TO cc_web, cc_login, cc_job, cc_audit;
