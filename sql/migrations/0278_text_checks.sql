-- SPDX-License-Identifier: EUPL-1.2
-- The same rules as before, of tens of texts a record: what nearly all of them are is asked first. ASCII is in NFC; no text
-- has more characters than bytes.
ALTER TABLE record_text DROP CONSTRAINT ck_record_text_lang, DROP CONSTRAINT ck_record_text_length, DROP CONSTRAINT ck_record_text_nfc;
ALTER TABLE record_text
    ADD CONSTRAINT ck_record_text_lang
        CHECK (lang IN ('en', 'fr', 'es', 'ar', 'ru', 'zh')
               OR (lang ~ '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$' AND length(lang) <= 35)),
    ADD CONSTRAINT ck_record_text_length
        CHECK (octet_length(text) BETWEEN 1 AND 5000 OR length(text) BETWEEN 1 AND 5000
               OR (length(text) BETWEEN 5001 AND 12000 AND path ~ '^participant\.[0-9]+\.name$')
               OR (length(text) BETWEEN 5001 AND 100000 AND path ~ '^(description|condition)\.[0-9]+\.text$')),
    ADD CONSTRAINT ck_record_text_nfc CHECK (octet_length(text) = length(text) OR text IS NFC NORMALIZED);
