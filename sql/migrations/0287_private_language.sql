-- SPDX-License-Identifier: EUPL-1.2
-- A language may be a private one (x-foo, RFC 5646 2.2.7) and have 64 characters, as everywhere else here: files of IATI may
-- have such, and an activity was refused for it.
ALTER TABLE record_text DROP CONSTRAINT ck_record_text_lang,
    ADD CONSTRAINT ck_record_text_lang
        CHECK (lang IN ('en', 'fr', 'es', 'ar', 'ru', 'zh') -- of nearly all
               OR (lang ~ '^([a-z]{2,8}|x)(-[A-Za-z0-9]{1,8})*$' AND length(lang) <= 64));
ALTER TABLE record_document DROP CONSTRAINT ck_record_document_language,
    ADD CONSTRAINT ck_record_document_language CHECK (cc_is_list(language, '([a-z]{2,8}|x)(-[A-Za-z0-9]{1,8})*'));
