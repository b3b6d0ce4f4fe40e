-- SPDX-License-Identifier: EUPL-1.2
-- What a signed-in person works on. Row security leaves what they may see.

-- Newest change first, behind that of the instant (microseconds since 1970) and record given. unpublished: the working
-- copy was changed after it was published last. The conditions repeat the policy's, each on its own, so that indexes
-- answer them.
-- name: desk :many :read (lang text, max integer, before bigint, after text) -> id, kind, changed_at, instant, revision, state, unpublished, title, lang, may_change, to_answer, confirmation
WITH place AS MATERIALIZED (
    SELECT coalesce('epoch'::timestamptz + $3::bigint * interval '1 microsecond', 'infinity') AS at, coalesce($4, '') AS id
), mine AS MATERIALIZED (
    (SELECT id FROM record
      WHERE (SELECT cc_ctx_all()) AND changed_at <= (SELECT at FROM place)
        AND (changed_at, id) < ((SELECT at FROM place), (SELECT id FROM place))
      ORDER BY changed_at DESC, id DESC LIMIT $2::integer)
    UNION
    SELECT id FROM record WHERE owner_org = ANY ((SELECT cc_ctx_orgs_see())::text[])
    UNION
    SELECT id FROM record WHERE other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[])
    UNION
    SELECT id FROM record WHERE id = ANY ((SELECT cc_ctx_records_see())::text[])
    UNION
    SELECT id FROM record WHERE parent = ANY ((SELECT cc_ctx_records_see())::text[])
), newest AS MATERIALIZED (
    SELECT r.* FROM mine JOIN record r USING (id)
     WHERE (r.changed_at, r.id) < ((SELECT at FROM place), (SELECT id FROM place))
     ORDER BY r.changed_at DESC, r.id DESC LIMIT $2::integer
)
SELECT r.id, r.kind, cc_iso(r.changed_at) AS changed_at,
       (extract(epoch FROM r.changed_at) * 1000000)::bigint AS instant, p.revision, p.state,
       p.record_id IS NULL OR r.changed_at > p.published_at AS unpublished,
       coalesce(t.title, w.text) AS title, coalesce(t.lang, w.lang) AS lang, cc_may_change(r.id) AS may_change,
       r.kind = 'membership' AND r.other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[]) AS to_answer,
       c.state AS confirmation
  FROM newest r
  LEFT JOIN publication p ON p.record_id = r.id
  LEFT JOIN organisation_confirmation c ON c.record_id = r.id
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name n
                      WHERE n.record_id = CASE WHEN r.kind <> 'membership' THEN r.id
                                               WHEN r.other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[]) THEN r.parent
                                               ELSE r.other_org END
                      ORDER BY n.lang = $1 DESC, place LIMIT 1) t ON true
  LEFT JOIN LATERAL (SELECT text, lang FROM record_text x -- not published: as the working copy says
                      WHERE t.title IS NULL AND x.record_id = r.id AND x.path IN ('name', 'title')
                      ORDER BY x.lang = $1 DESC, x.lang LIMIT 1) w ON true
 ORDER BY r.changed_at DESC, r.id DESC;

-- What the working copy is called.
-- name: working_title :opt :read (id text, lang text) -> title, lang
SELECT text AS title, lang FROM record_text
 WHERE record_id = $1 AND path IN ('name', 'title')
 ORDER BY lang = $2 DESC, lang LIMIT 1;
