-- SPDX-License-Identifier: EUPL-1.2
-- The job "cleanup". What is of no more use: sessions that ended, one-time keys and counts of wrong passwords of
-- yesterday and before.
-- name: clean :one () -> sessions, once_keys, throttles
WITH s AS (
    DELETE FROM session
     WHERE ends_at < now() OR seen_at + make_interval(secs => idle_seconds) < now()
    RETURNING 1
), o AS (
    DELETE FROM once_key WHERE made_at < now() - interval '1 day' RETURNING 1
), t AS (
    DELETE FROM throttle
     WHERE last_at < now() - interval '1 day' AND (blocked_until IS NULL OR blocked_until < now())
    RETURNING 1
)
SELECT (SELECT count(*) FROM s) AS sessions, (SELECT count(*) FROM o) AS once_keys,
       (SELECT count(*) FROM t) AS throttles;
