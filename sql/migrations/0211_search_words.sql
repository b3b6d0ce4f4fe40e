-- SPDX-License-Identifier: EUPL-1.2
-- Words for search are made in another way by the program (core/words.c, core/arabic.c): Arabic by light stems, Korean by
-- pairs, each last character of a run alone. Rows of before are found as they were, if at all, until they are made anew.
DO $$
BEGIN
    IF EXISTS (SELECT FROM search) THEN
        RAISE WARNING 'Arabic, Chinese, Japanese and Korean words of search are made in another way: run "concord reindex"';
    END IF;
END
$$;
