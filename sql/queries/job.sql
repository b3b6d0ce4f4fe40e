-- SPDX-License-Identifier: EUPL-1.2
-- name: job_claim :opt (lane text, lease interval) -> id, name, arguments
SELECT job_id AS id, job_name AS name, job_arguments AS arguments FROM cc_job_claim($1, $2);

-- name: job_beat :opt (id bigint, lease interval) -> alive
SELECT cc_job_beat($1, $2) AS alive;

-- name: job_end :opt (id bigint, error text) -> state
SELECT cc_job_end($1, $2) AS state;

-- name: audit_chain :one (max integer) -> chained
SELECT cc_audit_chain($1) AS chained;

-- name: audit_broken :many () -> position, what
SELECT broken_at AS position, what FROM cc_audit_broken();
