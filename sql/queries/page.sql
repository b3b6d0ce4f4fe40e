-- SPDX-License-Identifier: EUPL-1.2
-- Public pages: one statement each. Names come in the page's language if there is one, else in the
-- record's main one.

-- Everything that the page of one record needs. Rows by `part`:
--   record    a state, b revision, c published at, d redirect to, e content, f note, g kind
--   count     a consent state, b members: of a partnership
-- and, each with b id, c language, d title and g kind of another record,
--   name      a record that this one refers to; the title of a merged one is that of its successor
--   member    a membership, e roles, f state: first 25; of a partnership those that confirmed, then
--             those that are awaited
--   incoming  a field, e role: first 25, memberships left out
-- Each list is cut by an index in its own order before names are looked up, so that 20,000 members
-- cost what 25 cost; and names are looked up in one place, because each node of a plan costs time
-- even when it finds nothing. Most have a name in the page's language: one look into the key, no sorting.
-- name: record_page :many :read (id text, lang text) -> part, a, b, c, d, e, f, g
SELECT 'record' AS part, p.state AS a, p.revision::text AS b, p.stamp AS c,
       p.redirect_to AS d, p.content AS e, p.note AS f, p.kind AS g
  FROM publication p WHERE p.record_id = $1
UNION ALL
SELECT 'count', c.state, c.members::text, NULL, NULL, NULL, NULL, NULL
  FROM member_count c WHERE c.partnership_id = $1 AND c.members > 0
UNION ALL
SELECT o.part, o.a, o.b, n.lang, n.title, o.roles, o.state, n.kind
  FROM ((SELECT 'name' AS part, NULL AS a, e.to_id AS b, NULL AS roles, NULL AS state,
                coalesce(t.redirect_to, e.to_id) AS named, false AS nameless
           FROM edge e
           LEFT JOIN publication t ON t.record_id = e.to_id AND t.redirect_to IS NOT NULL
          WHERE e.from_id = $1 LIMIT 400)
        UNION ALL
        (SELECT 'member', membership_id, organisation_id, roles, state, organisation_id, true
           FROM member
          WHERE partnership_id = $1 AND state BETWEEN 'confirmed' AND 'proposed' -- in order of the index
            AND state NOT IN ('contested', 'declined', 'ended', 'expired')
          ORDER BY state, organisation_name, membership_id LIMIT 25)
        UNION ALL
        (SELECT 'member', membership_id, partnership_id, roles, state, partnership_id, false
           FROM member WHERE organisation_id = $1
          ORDER BY state, membership_id LIMIT 25)
        UNION ALL
        (SELECT 'incoming', field, from_id, role, NULL, from_id, false
           FROM edge WHERE to_id = $1 AND kind <> 'membership'
          ORDER BY kind, field, from_id LIMIT 25)) o
  LEFT JOIN LATERAL ((SELECT lang, title, kind FROM record_name
                       WHERE record_id = o.named AND lang = $2)
                     UNION ALL -- asked only where there is none
                     (SELECT lang, title, kind FROM record_name WHERE record_id = o.named
                       ORDER BY place LIMIT 1)
                     LIMIT 1) n ON true
 WHERE o.nameless OR n.title IS NOT NULL;
