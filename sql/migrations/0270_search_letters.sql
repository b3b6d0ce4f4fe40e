-- SPDX-License-Identifier: EUPL-1.2
-- Letters of Persian and Urdu, and what carries the hamza, are one letter for search (core/arabic.c). Rows of before that
-- have such letters are found as they were until they are made anew.
DO $$
BEGIN
    IF EXISTS (SELECT FROM search WHERE names ~ '[ؤئیکہ]') THEN
        RAISE WARNING 'Words of search with some letters of Arabic, Persian and Urdu are made in another way: run "concord reindex"';
    END IF;
END
$$;
