-- SPDX-License-Identifier: EUPL-1.2
-- Arabic words of lam behind the article, and Persian words in parts, are found in more ways (core/words.c). Rows of before
-- that are found as they were until they are made anew.
DO $$
BEGIN
    IF EXISTS (SELECT FROM search WHERE names ~ '(ال|لل)ل|\mلل|[چپژگیک]') THEN
        RAISE WARNING 'Words of search with the lam of Arabic, or parts of Persian ones, are made in another way: run "concord reindex"';
    END IF;
END
$$;
