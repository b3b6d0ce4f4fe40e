-- SPDX-License-Identifier: EUPL-1.2
-- The same lengths as before; paths are only looked at where a text is longer than others may be.
ALTER TABLE record_text DROP CONSTRAINT ck_record_text_length;
ALTER TABLE record_text ADD CONSTRAINT ck_record_text_length
    CHECK (length(text) BETWEEN 1 AND 5000
           OR (length(text) BETWEEN 5001 AND 12000 AND path ~ '^participant\.[0-9]+\.name$')
           OR (length(text) BETWEEN 5001 AND 100000 AND path ~ '^(description|condition)\.[0-9]+\.text$'));
