-- SPDX-License-Identifier: EUPL-1.2
-- Public pages: one statement each. Names come in the page's language if there is one, else in the
-- record's main one.

-- Everything that the page of one record needs. `lists`: what it shows of others, as cc_page_lists() makes
-- it (functions/page.sql): ready, or made now. What few pages need is asked by functions with plans of their own:
-- a plan costs time for each table in it, also of parts that are never reached.
-- name: record_page :opt :read (id text, lang text) -> revision, stamp, redirect_to, content, note, lists, is_told_so
SELECT p.revision, p.stamp, p.redirect_to, p.content, p.note,
       CASE WHEN p.content IS NOT NULL THEN coalesce(g.lists, cc_page_keep($1, $2)) END AS lists,
       p.kind IN ('activity', 'commitment') AND cc_is_told_so($1, p.kind) AS is_told_so
  FROM publication p
  LEFT JOIN page g ON g.record_id = p.record_id AND g.lang = $2 AND g.position >= (SELECT named FROM feed_head)
 WHERE p.record_id = $1;
