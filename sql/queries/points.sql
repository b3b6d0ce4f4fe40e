-- SPDX-License-Identifier: EUPL-1.2
-- What points at an organisation, by who says so and by role: the first five of each, and how many of
-- the first hundred and one that say so in each field; `more` = there are more than these. said:
--   own        a record that the organisation, or one that was merged into it, published itself
--   confirmed  a membership that it confirmed
--   told       a record of somebody else, or a membership that waits for its answer
--   denied     a membership that it declined, contested or left
-- Where there are more, `total` is how many have the role, whoever says so, of the first 2,001 of the field, which the index has
-- alone; is_cut: there are more than these.
-- Roles are an array, of which the server expects ten, not a thousand: a plan that looks so dear is compiled where JIT
-- is on, which took 0.5 s.
-- name: points_list :many :read (organisation text, lang text) -> said, kind, field, role, records, more, total, is_cut, id, named_kind, lang, title
WITH RECURSIVE pointing AS (
    (SELECT kind, field FROM edge WHERE to_id = $1 AND kind <> 'membership'
      ORDER BY kind, field LIMIT 1)
    UNION ALL
    SELECT n.kind, n.field
      FROM pointing g
     CROSS JOIN LATERAL (SELECT kind, field FROM edge
                          WHERE to_id = $1 AND kind <> 'membership' AND (kind, field) > (g.kind, g.field)
                          ORDER BY kind, field LIMIT 1) n),
self AS MATERIALIZED (SELECT $1 AS id UNION SELECT record_id FROM merged WHERE became = $1),
-- Publishers between those: of others as many as are shown are read, however much it says itself.
others AS (
    SELECT lag(id, 1, '') OVER (ORDER BY id) AS behind, id AS before FROM self
    UNION ALL
    SELECT max(id), 'P' FROM self),
said AS (
    SELECT 'own' AS said, g.kind, g.field, e.role, e.from_id
      FROM pointing g
     CROSS JOIN LATERAL (SELECT from_id, role FROM edge
                          WHERE to_id = $1 AND kind <> 'membership' AND kind = g.kind AND field = g.field
                            AND publisher = ANY (ARRAY(SELECT id FROM self))
                          LIMIT 101) e
    UNION ALL
    SELECT 'told', g.kind, g.field, e.role, e.from_id
      FROM pointing g
     CROSS JOIN others o
     CROSS JOIN LATERAL (SELECT from_id, role FROM edge
                          WHERE to_id = $1 AND kind <> 'membership' AND kind = g.kind AND field = g.field
                            AND publisher > o.behind AND publisher < o.before
                          ORDER BY publisher, from_id LIMIT 101) e),
found AS (
    SELECT e.said, e.kind, e.field, e.role, e.from_id AS id, e.from_id AS named, e.place = 101 AS is_last
      FROM (SELECT s.*, row_number() OVER (PARTITION BY s.said, s.kind, s.field ORDER BY s.from_id) AS place FROM said s) e
     WHERE e.place <= 101
    UNION ALL
    SELECT s.said, 'membership', 'organisation', m.roles, m.membership_id, m.partnership_id, m.is_last
      FROM (VALUES ('confirmed', 'confirmed'), ('proposed', 'told'), ('invited', 'told'),
                   ('declined', 'denied'), ('contested', 'denied'), ('withdrawn', 'denied'),
                   ('suspended', 'past'), ('expired', 'past'), ('ended', 'past')) s(state, said)
     CROSS JOIN LATERAL (SELECT membership_id, partnership_id, roles,
                                row_number() OVER (ORDER BY membership_id) = 101 AS is_last
                           FROM (SELECT membership_id, partnership_id, roles FROM member
                                  WHERE organisation_id = $1 AND state = s.state
                                  ORDER BY membership_id LIMIT 101) first) m),
placed AS (
    SELECT f.said, f.kind, f.field, c.role, f.id, f.named,
           count(*) OVER same AS records,
           bool_or(f.is_last) OVER (PARTITION BY f.kind, f.field, f.said) AS more,
           row_number() OVER (same ORDER BY f.id) AS place
      FROM found f
     CROSS JOIN LATERAL unnest(CASE WHEN f.role = '' THEN ARRAY[''] ELSE string_to_array(f.role, ' ') END) c(role)
    WINDOW same AS (PARTITION BY f.said, f.kind, f.field, c.role)),
totals AS (
    SELECT g.kind, g.field, c.role, sum(e.records) AS records, bool_or(e.is_cut) AS is_cut
      FROM (SELECT DISTINCT kind, field FROM found WHERE is_last AND kind <> 'membership') g
     CROSS JOIN LATERAL (SELECT role, count(*) AS records, sum(count(*)) OVER () > 2000 AS is_cut
                           FROM (SELECT role FROM edge
                                  WHERE to_id = $1 AND kind <> 'membership' AND kind = g.kind AND field = g.field
                                  ORDER BY publisher, from_id LIMIT 2001) first
                          GROUP BY role) e
     CROSS JOIN LATERAL unnest(CASE WHEN e.role = '' THEN ARRAY[''] ELSE string_to_array(e.role, ' ') END) c(role)
     GROUP BY g.kind, g.field, c.role)
SELECT p.said, p.kind, p.field, p.role, p.records, p.more, t.records AS total, t.is_cut, p.id, n.kind AS named_kind, n.lang, n.title
  FROM placed p
  LEFT JOIN totals t ON t.kind = p.kind AND t.field = p.field AND t.role = p.role
  LEFT JOIN LATERAL (SELECT kind, lang, title FROM record_name r WHERE r.record_id = p.named
                      ORDER BY r.lang = $2 DESC, place LIMIT 1) n ON true
 WHERE p.place <= 5
 ORDER BY array_position(ARRAY['own', 'confirmed', 'told', 'denied'], p.said),
          p.kind DESC, p.field, p.role, p.place;
