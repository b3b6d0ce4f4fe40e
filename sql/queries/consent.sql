-- SPDX-License-Identifier: EUPL-1.2
-- What organisations were asked, and their answers. Row security leaves what the asker may see.

-- Where a membership stands: the wording and state that count, and the change that waits for an
-- answer. Titles of what is not published come from what was asked.
-- name: consent_now :opt :read (id text, lang text) -> id, owner_org, organisation, partnership, state, at, sha256, wording, asked_at, asked_sha256, asked_wording, partnership_title, partnership_lang, organisation_title, organisation_lang, is_public, is_over
SELECT r.id, r.owner_org, r.other_org AS organisation, r.parent AS partnership, e.state,
       cc_iso(e.at) AS at, e.wording_sha256 AS sha256, w.content AS wording,
       cc_iso(n.at) AS asked_at, n.wording_sha256 AS asked_sha256, a.content AS asked_wording,
       coalesce(p.title, a.partnership_title, w.partnership_title) AS partnership_title,
       CASE WHEN p.title IS NOT NULL THEN p.lang WHEN a.partnership_title IS NOT NULL THEN a.partnership_lang
            ELSE w.partnership_lang END AS partnership_lang,
       o.title AS organisation_title, o.lang AS organisation_lang,
       EXISTS (SELECT FROM publication u WHERE u.record_id = r.parent AND u.state = 'published') AS is_public,
       cc_consent_is_over(r.id) AS is_over
  FROM record r
  LEFT JOIN LATERAL (SELECT state, at, wording_sha256 FROM consent_event
                      WHERE membership_id = r.id AND effective ORDER BY number DESC LIMIT 1) e ON true
  LEFT JOIN wording w ON w.membership_id = r.id AND w.sha256 = e.wording_sha256
  LEFT JOIN LATERAL (SELECT about, state, at, wording_sha256 FROM consent_event
                      WHERE membership_id = r.id ORDER BY number DESC LIMIT 1) n
         ON n.about = 'change' AND n.state = 'invited'
  LEFT JOIN wording a ON a.membership_id = r.id AND a.sha256 = n.wording_sha256
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name WHERE record_id = r.parent
                      ORDER BY lang = $2 DESC, place LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name WHERE record_id = r.other_org
                      ORDER BY lang = $2 DESC, place LIMIT 1) o ON true
 WHERE r.id = $1 AND r.kind = 'membership';

-- about: "membership" or "change". wording and titles: NULL in answers.
-- name: consent_write :one (id text, about text, state text, sha256 text, wording text, title text, title_lang text, reason text, reason_lang text, at timestamptz) -> number
SELECT cc_consent_write($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS number;

-- Newest first; `before` NULL = from the newest.
-- name: consent_history :many :read (id text, before integer, lang text, max integer) -> number, about, state, at, sha256, reason, reason_lang, channel, organisation, organisation_title, organisation_lang, role, person
SELECT h.number, h.about, h.state, cc_iso(h.at) AS at, h.wording_sha256 AS sha256, h.reason, h.reason_lang,
       h.channel, h.organisation, n.title AS organisation_title, n.lang AS organisation_lang, h.role, h.person
  FROM cc_consent_history($1, $2, $4) h
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name WHERE record_id = h.organisation
                      ORDER BY lang = $3 DESC, place LIMIT 1) n ON true
 ORDER BY h.number DESC;

-- All memberships of a partnership for those who work on it, by identifier. state '' = all.
-- name: member_work :many :read (partnership text, state text, after text, lang text, max integer) -> membership, organisation, title, lang, state, at, asked, published
SELECT r.id AS membership, r.other_org AS organisation, o.title, o.lang, coalesce(e.state, '') AS state,
       cc_iso(e.at) AS at, n.about IS NOT NULL AS asked, coalesce(u.state = 'published', false) AS published
  FROM record r
  LEFT JOIN publication u ON u.record_id = r.id
  LEFT JOIN LATERAL (SELECT state, at FROM consent_event
                      WHERE membership_id = r.id AND effective ORDER BY number DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT about, state FROM consent_event
                      WHERE membership_id = r.id ORDER BY number DESC LIMIT 1) n
         ON n.about = 'change' AND n.state = 'invited'
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name WHERE record_id = r.other_org
                      ORDER BY lang = $4 DESC, place LIMIT 1) o ON true
 WHERE r.parent = $1 AND r.kind = 'membership' AND ($3::text IS NULL OR r.id > $3)
   AND ($2 = '' OR e.state = $2)
 ORDER BY r.id
 LIMIT $5::integer;

-- What waits for an answer of organisations that the asker speaks for, the oldest first.
-- name: consent_asked :many :read (lang text, max integer) -> membership, partnership, partnership_title, partnership_lang, organisation, organisation_title, organisation_lang, about, at
SELECT r.id AS membership, r.parent AS partnership, coalesce(p.title, w.partnership_title) AS partnership_title,
       CASE WHEN p.title IS NOT NULL THEN p.lang ELSE w.partnership_lang END AS partnership_lang,
       r.other_org AS organisation, o.title AS organisation_title, o.lang AS organisation_lang,
       e.about, cc_iso(e.at) AS at
  FROM record r
  CROSS JOIN LATERAL (SELECT about, state, at, wording_sha256 FROM consent_event
                       WHERE membership_id = r.id ORDER BY number DESC LIMIT 1) e
  JOIN wording w ON w.membership_id = r.id AND w.sha256 = e.wording_sha256
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name WHERE record_id = r.parent
                      ORDER BY lang = $1 DESC, place LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name WHERE record_id = r.other_org
                      ORDER BY lang = $1 DESC, place LIMIT 1) o ON true
 WHERE r.kind = 'membership' AND r.other_org = ANY ((SELECT cc_ctx_orgs_focal())::text[])
   AND e.state = 'invited' AND NOT cc_consent_is_over(r.id)
 ORDER BY e.at, r.id
 LIMIT $2::integer;

-- Memberships whose partnership has become public, the longest waiting first. state and publisher
-- are those of the newest event that counts.
-- name: publication_waiting :many (max integer) -> id, state, publisher
SELECT w.membership_id AS id, e.state, e.organisation AS publisher
  FROM publication_wait w
  JOIN record r ON r.id = w.membership_id
  JOIN publication p ON p.record_id = r.parent AND p.state = 'published'
  CROSS JOIN LATERAL (SELECT state, organisation FROM consent_event
                       WHERE membership_id = w.membership_id AND effective
                       ORDER BY number DESC LIMIT 1) e
 WHERE w.due_at <= now()
 ORDER BY w.since, w.membership_id
 LIMIT $1::integer;

-- later: it cannot be published; look again in an hour.
-- name: publication_wait_end :one (id text, later boolean) -> found
SELECT cc_publication_wait_end($1, $2) AS found;
