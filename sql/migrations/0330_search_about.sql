-- SPDX-License-Identifier: EUPL-1.2
-- Made anew with what they answer now: by what hits are told apart is found with the rest that is shown of them.
DROP FUNCTION IF EXISTS cc_search_about(text, text, text),
    cc_search(jsonb, text, text, text[], jsonb, text, text, bigint, text, real, text, integer, integer, boolean);
