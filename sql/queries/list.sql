-- SPDX-License-Identifier: EUPL-1.2
-- Lists of what belongs to one record, and the home page; lists of records are searches (search.sql).

-- Members of a partnership by name. state, constituency: '' = all; like: a pattern over folded names in
-- all languages and acronyms, NULL = all: those, and those of one constituency, are read in the order of an index.
-- name: member_list :many :read (partnership text, state text, like text, lang text, after_name text, after_id text, max integer, constituency text) -> membership, organisation, lang, title, roles, state, sort_name, constituency_key, constituency_lang, constituency
SELECT m.membership_id AS membership, m.organisation_id AS organisation, n.lang, n.title, m.roles, m.state,
       m.organisation_name AS sort_name, m.constituency AS constituency_key,
       split_part(c.words, ' ', 1) AS constituency_lang, substr(c.words, strpos(c.words, ' ') + 1) AS constituency
  FROM ((SELECT membership_id
           FROM member
          WHERE $8 = '' AND $3::text IS NULL AND partnership_id = $1
            AND ($2 = '' OR state = $2)
            AND (organisation_name, membership_id) > (coalesce($5::text, ''), coalesce($6::text, ''))
          ORDER BY organisation_name, membership_id
          LIMIT $7::integer)
        UNION ALL
        (SELECT membership_id
           FROM member
          WHERE $8 = '' AND partnership_id = $1
            AND ($2 = '' OR state = $2)
            AND $3 IS NOT NULL AND cc_member_is_named(organisation_id, $3)
            AND (organisation_name, membership_id) > (coalesce($5::text, ''), coalesce($6::text, ''))
          ORDER BY organisation_name, membership_id
          LIMIT $7::integer)
        UNION ALL
        (SELECT membership_id
           FROM member
          WHERE $8 <> '' AND partnership_id = $1 AND constituency = $8 AND constituency <> ''
            AND ($2 = '' OR state = $2)
            AND ($3 IS NULL OR cc_member_is_named(organisation_id, $3))
            AND (organisation_name, membership_id) > (coalesce($5, ''), coalesce($6, ''))
          ORDER BY organisation_name, membership_id
          LIMIT $7)) i
  JOIN member m USING (membership_id)
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = m.organisation_id
                      ORDER BY r.lang = $4 DESC, place LIMIT 1) n ON true
  LEFT JOIN LATERAL (SELECT words FROM unnest(m.constituencies) WITH ORDINALITY u(words, n)
                      ORDER BY split_part(words, ' ', 1) = $4 DESC, u.n LIMIT 1) c ON true
 ORDER BY m.organisation_name, m.membership_id;

-- The first constituencies of its members: each is one look into an index, however many members there are.
-- name: member_constituencies :many :read (partnership text, lang text, max integer) -> key, lang, text
WITH RECURSIVE group_of AS (
    (SELECT constituency, constituencies FROM member WHERE partnership_id = $1 AND constituency <> ''
      ORDER BY constituency LIMIT 1)
    UNION ALL
    SELECT x.constituency, x.constituencies
      FROM group_of g
     CROSS JOIN LATERAL (SELECT m.constituency, m.constituencies FROM member m
                          WHERE m.partnership_id = $1 AND m.constituency <> '' AND m.constituency > g.constituency
                          ORDER BY m.constituency LIMIT 1) x
)
SELECT g.constituency AS key, split_part(c.words, ' ', 1) AS lang, substr(c.words, strpos(c.words, ' ') + 1) AS text
  FROM (SELECT * FROM group_of LIMIT $3::integer) g
 CROSS JOIN LATERAL (SELECT words FROM unnest(g.constituencies) WITH ORDINALITY u(words, n)
                      ORDER BY split_part(words, ' ', 1) = $2 DESC, u.n LIMIT 1) c;

-- name: member_counts :many :read (partnership text) -> state, members
SELECT state, members FROM member_count WHERE partnership_id = $1 AND members > 0 ORDER BY state;

-- Title of one published record.
-- name: record_title :opt :read (id text, lang text) -> id, kind, lang, title
SELECT p.record_id AS id, p.kind, n.lang, n.title
  FROM publication p
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = p.record_id
                       ORDER BY r.lang = $2 DESC, place LIMIT 1) n
 WHERE p.record_id = $1 AND p.state = 'published';

-- Of what a page is a part: title, kind and state of a record that was published at some time.
-- name: record_standing :opt :read (id text, lang text) -> id, kind, state, note, redirect_to, lang, title
SELECT p.record_id AS id, p.kind, p.state, p.note, p.redirect_to, n.lang, n.title
  FROM publication p
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = p.record_id
                      ORDER BY r.lang = $2 DESC, place LIMIT 1) n ON true
 WHERE p.record_id = $1;

-- Whatever refers to a record, memberships too.
-- name: record_links :many :read (id text, lang text, after_from text, after_field text, max integer) -> from_id, kind, field, role, state, lang, title
SELECT e.from_id, e.kind, e.field, e.role, e.state, n.lang, n.title
  FROM edge e
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r
                      WHERE r.record_id = CASE WHEN e.kind <> 'membership' THEN e.from_id
                            ELSE (SELECT CASE WHEN m.partnership_id = $1 THEN m.organisation_id
                                              ELSE m.partnership_id END
                                    FROM member m WHERE m.membership_id = e.from_id) END
                      ORDER BY r.lang = $2 DESC, place LIMIT 1) n ON true
 WHERE e.to_id = $1 AND ($3::text IS NULL OR (e.from_id, e.field) > ($3, $4::text))
 ORDER BY e.from_id, e.field
 LIMIT $5::integer;

-- The numbers of the home page, as `concord work` counted them last, and the newest publication.
-- examples: how many of each are illustrative, NULL = none.
-- name: home_numbers :one :read () -> partnerships, organisations, members, example_partnerships, example_organisations, example_members, position, stamp
SELECT coalesce(max(s.records) FILTER (WHERE s.subject = 'kind' AND s.kind = 'partnership'), 0) AS partnerships,
       coalesce(max(s.records) FILTER (WHERE s.subject = 'kind' AND s.kind = 'organisation'), 0) AS organisations,
       coalesce(max(s.records) FILTER (WHERE s.subject = 'confirmed' AND s.code = ''), 0) AS members,
       max(s.records) FILTER (WHERE s.subject = 'illustrative' AND s.kind = 'partnership') AS example_partnerships,
       max(s.records) FILTER (WHERE s.subject = 'illustrative' AND s.kind = 'organisation') AS example_organisations,
       nullif(max(s.records) FILTER (WHERE s.subject = 'confirmed' AND s.code = 'illustrative'), 0) AS example_members,
       h.position, cc_iso(h.stamp) AS stamp
  FROM feed_head h
  LEFT JOIN statistic s ON s.subject IN ('kind', 'confirmed', 'illustrative')
 GROUP BY h.position, h.stamp;
