-- SPDX-License-Identifier: EUPL-1.2
-- Signing in: throttling, breakers, sessions. Run by cc_login.

-- Counts the attempt as failed beforehand; nothing is counted against the account while it waits.
-- Account: after `free` failures 1 s; one more, and it waits for the end of `window` seconds, in
-- which the directory would lock it at one failure more; then 2, 4 .. 60 s, at least a third of the
-- window. Starts again after 15 quiet minutes. Networks: `net_max` in ten minutes, the wider one
-- five times as many. What was taken back to nothing (the right password) starts a window of its own.
-- name: throttle_take :one (account text, net text, wide text, free int, win int, net_max int) -> admitted
WITH waiting AS (
    SELECT FROM throttle WHERE key IN ($1::text, $2::text, $3::text) AND blocked_until > clock_timestamp()
), rule (key, quiet, most, place) AS (
    VALUES ($1::text, greatest($5::int, 900), NULL::int, 1),
           ($2::text, 600, $6::int, 2), ($3::text, 600, $6::int * 5, 3)
), taken AS (
    INSERT INTO throttle AS t (key, failures)
    SELECT r.key, 1 FROM rule r WHERE NOT EXISTS (SELECT FROM waiting) ORDER BY r.place
    ON CONFLICT (key) DO UPDATE SET
        last_at = clock_timestamp(),
        (failures, window_start, blocked_until) = (
            SELECT n.failures, n.window_start,
                   CASE WHEN r.most IS NOT NULL THEN
                            CASE WHEN n.failures >= r.most
                                 THEN n.window_start + make_interval(secs => r.quiet) END
                        WHEN n.failures < $4::int THEN NULL
                        WHEN n.failures = $4::int THEN clock_timestamp() + interval '1 second'
                        WHEN n.failures = $4::int + 1
                        THEN greatest(n.window_start + make_interval(secs => $5::int),
                                      clock_timestamp() + interval '2 seconds')
                        ELSE clock_timestamp() + make_interval(secs => greatest(
                                least(60, 2 ^ least(n.failures - $4::int, 6)), $5::int / 3.0))
                   END
              FROM rule r,
                   LATERAL (SELECT CASE WHEN o.is_over THEN 1 ELSE t.failures + 1 END AS failures,
                                   CASE WHEN o.is_over THEN clock_timestamp() ELSE t.window_start END
                                       AS window_start
                              FROM (SELECT t.failures = 0 OR CASE WHEN r.most IS NULL THEN t.last_at ELSE t.window_start END
                                           < clock_timestamp() - make_interval(secs => r.quiet)
                                           AS is_over) o) n
             WHERE r.key = t.key)
     WHERE t.blocked_until IS NULL OR t.blocked_until <= clock_timestamp()
    RETURNING 1
)
SELECT count(*) = 3 AS admitted FROM taken;

-- Takes the count back: nobody's password was wrong. When it was right, the account starts again.
-- name: throttle_give_back :exec (account text, net text, wide text, is_right bool)
UPDATE throttle
   SET failures = CASE WHEN $4::bool AND key = $1::text THEN 0 ELSE greatest(failures - 1, 0) END,
       blocked_until = NULL
 WHERE key IN ($1::text, $2::text, $3::text);

-- May the server be asked? When its pause is over, one asker is let through and the next pause begins.
-- Known: failures are noted, which whoever finds it working takes away.
-- name: breaker_admit :one (name text) -> admitted, known
WITH probe AS (
    UPDATE breaker SET open_until = clock_timestamp() + interval '5 seconds'
     WHERE name = $1::text AND failures >= 2 AND open_until <= clock_timestamp()
    RETURNING 1
)
SELECT EXISTS (SELECT FROM probe)
    OR NOT EXISTS (SELECT FROM breaker
                    WHERE name = $1::text AND failures >= 2 AND open_until > clock_timestamp())
       AS admitted,
       EXISTS (SELECT FROM breaker WHERE name = $1::text) AS known;

-- name: breaker_failed :exec (name text, weight int)
INSERT INTO breaker AS b (name, failures, open_until)
VALUES ($1::text, $2::int,
        CASE WHEN $2::int >= 2 THEN clock_timestamp() + make_interval(secs => 4 + 2 * random()) END)
ON CONFLICT (name) DO UPDATE SET
    failures = least(b.failures + $2::int, 1000),
    open_until = CASE WHEN b.failures + $2::int >= 2
                      THEN clock_timestamp() + make_interval(secs => 4 + 2 * random()) END,
    changed_at = clock_timestamp();

-- name: breaker_worked :exec (name text)
DELETE FROM breaker WHERE name = $1::text;

-- Makes or refreshes the person, ends the session that the browser presented, opens a new one. A
-- change of roles ends all other sessions of the person (their epoch is over). No row: not active.
-- name: session_open :opt (subject text, login text, name text, mail text, roles int, token_hash text, presented_hash text, csrf_key text, idle int, absolute int, address text, user_agent text) -> person, session
WITH who AS (
    INSERT INTO person AS p (subject, login, name, mail, roles, signed_in_at)
    VALUES ($1::text, $2::text, $3::text, $4::text, $5::int, now())
    ON CONFLICT (subject) DO UPDATE SET
        login = excluded.login, name = excluded.name, mail = excluded.mail, roles = excluded.roles,
        epoch = p.epoch + (p.roles <> excluded.roles)::int, signed_in_at = now()
     WHERE p.active
    RETURNING p.id, p.epoch
), ended AS (
    DELETE FROM session WHERE token_hash = $7::text OR previous_hash = $7::text
), opened AS (
    INSERT INTO session (person, token_hash, csrf_key, epoch, idle_seconds, ends_at, address, user_agent)
    SELECT id, $6::text, $8::text, epoch, $9::int, now() + make_interval(secs => $10::int), $11::text,
           $12::text FROM who
    RETURNING person, id
), told AS (
    INSERT INTO audit_event (person, action, detail)
    SELECT person, 'login.ok', jsonb_build_object('session', id, 'roles', $5::int) FROM opened
)
SELECT person, id AS session FROM opened;

-- A refusal, for the trail; the account is known by its hash only.
-- name: login_refused :exec (action text, account text, net text)
INSERT INTO audit_event (action, detail)
VALUES ($1::text, jsonb_build_object('account', $2::text, 'network', $3::text));

-- A new token for a session; the old one is worth nothing from now on.
-- name: session_renew :one (token_hash text, new_hash text) -> session
UPDATE session SET token_hash = $2::text, previous_hash = NULL, previous_until = NULL,
                   rotated_at = now()
 WHERE token_hash = $1::text OR previous_hash = $1::text
RETURNING id AS session;

-- name: sign_out :exec (token_hash text)
WITH ended AS (
    DELETE FROM session WHERE token_hash = $1::text OR previous_hash = $1::text RETURNING person, id
)
INSERT INTO audit_event (person, action, detail)
SELECT person, 'login.out', jsonb_build_object('session', id) FROM ended;

-- The asker's sessions that still answer, the newest first.
-- name: session_list :many (token_hash text) -> id, opened, seen, address, user_agent, is_current
SELECT s.id, cc_iso(s.created_at) AS opened, cc_iso(s.seen_at) AS seen, s.address,
       s.user_agent, s.id = me.id AS is_current
  FROM session me JOIN session s ON s.person = me.person JOIN person p ON p.id = s.person
 WHERE (me.token_hash = $1::text OR me.previous_hash = $1::text) AND s.epoch = p.epoch AND s.ends_at > now()
   AND s.seen_at + make_interval(secs => s.idle_seconds) > now()
 ORDER BY s.created_at DESC, s.id
 LIMIT 200;

-- Ends one session of the person, never another's.
-- name: session_end :one (person uuid, id uuid) -> session
WITH ended AS (
    DELETE FROM session WHERE person = $1::uuid AND id = $2::uuid RETURNING person, id
), told AS (
    INSERT INTO audit_event (person, action, detail)
    SELECT person, 'login.ended', jsonb_build_object('session', id) FROM ended
)
SELECT id AS session FROM ended;

-- name: session_end_others :exec (person uuid, keep uuid)
WITH ended AS (
    DELETE FROM session WHERE person = $1::uuid AND id <> $2::uuid RETURNING person, id
)
INSERT INTO audit_event (person, action, detail)
SELECT person, 'login.ended', jsonb_build_object('session', id) FROM ended;
