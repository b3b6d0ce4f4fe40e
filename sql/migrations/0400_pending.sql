-- SPDX-License-Identifier: EUPL-1.2
-- New rows wait in the list of this index until cc_search_tidy() enters them, thousands at once: in an index of a
-- million records that is half of the work of entering a hundred. Searches go through the list. (Those of names are
-- smaller, and where their lists are long planners read all names.)
ALTER INDEX search_match_i SET (gin_pending_list_limit = 65536);
