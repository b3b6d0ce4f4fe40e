-- SPDX-License-Identifier: EUPL-1.2
-- Public pages: one statement each. Names come in the page's language if there is one, else in the
-- record's main one.

-- Everything that the page of one record needs. `lists`: what it shows of others, as cc_page_lists() makes
-- it (functions/page.sql): ready, or made now.
-- name: record_page :opt :read (id text, lang text) -> state, revision, stamp, redirect_to, content, note, kind, lists, is_told_so
SELECT p.state, p.revision, p.stamp, p.redirect_to, p.content, p.note, p.kind,
       CASE WHEN p.content IS NOT NULL THEN coalesce(g.lists, cc_page_keep($1, $2)) END AS lists, i.is_told_so
  FROM publication p
  LEFT JOIN page g ON g.record_id = p.record_id AND g.lang = $2 AND g.position >= (SELECT named FROM feed_head)
 CROSS JOIN LATERAL cc_illustrative_by(p.record_id, p.kind) i
 WHERE p.record_id = $1;
