-- SPDX-License-Identifier: EUPL-1.2
-- Public pages: one statement each. Names come in the page's language if there is one, else in the
-- record's main one.

-- Everything that the page of one record needs. Rows by `part`:
--   record    a state, b revision, c published at, d redirect to, e content, f note, g kind
--   name      a id, b language, c title, d kind: of each record that this one refers to
--   count     a consent state, b members: of a partnership
--   member    a membership, b other side's id, c language, d title, e roles, f state: first 25
--   incoming  a id, b kind, c field, d role, e state, f language, g title: first 25, memberships left out
-- name: record_page :many :read (id text, lang text) -> part, a, b, c, d, e, f, g
SELECT 'record' AS part, p.state AS a, p.revision::text AS b, cc_iso(p.published_at) AS c,
       p.redirect_to AS d, p.content AS e, p.note AS f, p.kind AS g
  FROM publication p WHERE p.record_id = $1
UNION ALL
SELECT 'name', e.to_id, n.lang, n.title, n.kind, NULL, NULL, NULL
  FROM (SELECT DISTINCT to_id FROM edge WHERE from_id = $1 LIMIT 400) e
  JOIN publication t ON t.record_id = e.to_id
  CROSS JOIN LATERAL (SELECT lang, title, kind FROM record_name
                       WHERE record_id = coalesce(t.redirect_to, t.record_id)
                       ORDER BY lang = $2 DESC, place LIMIT 1) n
UNION ALL
SELECT 'count', c.state, c.members::text, NULL, NULL, NULL, NULL, NULL
  FROM member_count c WHERE c.partnership_id = $1 AND c.members > 0
UNION ALL
(SELECT 'member', m.membership_id, m.organisation_id, n.lang, n.title, m.roles, m.state, NULL
   FROM member m
   LEFT JOIN LATERAL (SELECT lang, title FROM record_name WHERE record_id = m.organisation_id
                       ORDER BY lang = $2 DESC, place LIMIT 1) n ON true
  WHERE m.partnership_id = $1 AND m.state = 'confirmed'
  ORDER BY m.organisation_name, m.membership_id LIMIT 25)
UNION ALL
(SELECT 'member', m.membership_id, m.partnership_id, n.lang, n.title, m.roles, m.state, NULL
   FROM member m
   CROSS JOIN LATERAL (SELECT lang, title FROM record_name WHERE record_id = m.partnership_id
                        ORDER BY lang = $2 DESC, place LIMIT 1) n
  WHERE m.organisation_id = $1
  ORDER BY m.state, m.membership_id LIMIT 25)
UNION ALL
(SELECT 'incoming', e.from_id, e.kind, e.field, e.role, e.state, n.lang, n.title
   FROM edge e
   CROSS JOIN LATERAL (SELECT lang, title FROM record_name WHERE record_id = e.from_id
                        ORDER BY lang = $2 DESC, place LIMIT 1) n
  WHERE e.to_id = $1 AND e.kind <> 'membership'
  ORDER BY e.kind, e.field, e.from_id LIMIT 25);

-- Names of the records that the newest revision refers to.
-- name: record_names :many :read (id text, lang text) -> id, kind, lang, title
SELECT e.to_id AS id, n.kind, n.lang, n.title
  FROM (SELECT DISTINCT to_id FROM edge WHERE from_id = $1 LIMIT 400) e
  CROSS JOIN LATERAL (SELECT lang, title, kind FROM record_name WHERE record_id = e.to_id
                       ORDER BY lang = $2 DESC, place LIMIT 1) n;
