-- SPDX-License-Identifier: EUPL-1.2
-- name: job_claim :opt (lane text, lease interval) -> id, claim, name, arguments
SELECT job_id AS id, job_claim AS claim, job_name AS name, job_arguments AS arguments FROM cc_job_claim($1, $2);

-- No row: the claim is over, somebody else has the job or it has ended.
-- name: job_beat :opt (id bigint, claim bigint, lease interval) -> alive
SELECT true AS alive WHERE cc_job_beat($1, $2, $3);

-- name: job_end :opt (id bigint, claim bigint, error text) -> state
SELECT state FROM cc_job_end($1, $2, $3) AS state WHERE state IS NOT NULL;

-- name: audit_chain :one (max integer) -> chained
SELECT cc_audit_chain($1) AS chained;

-- Records that got roles late, in one transaction at most so many; less = there are no more.
-- name: roles_catch_up :one (max integer) -> records
SELECT cc_roles_catch_up($1) AS records;

-- Pages of the list of new rows that were entered into the index of words.
-- name: search_tidy :one () -> pages
SELECT cc_search_tidy() AS pages;

-- name: audit_broken :many () -> position, what
SELECT broken_at AS position, what FROM cc_audit_broken();

-- name: full_set_lock :one () -> redacted
SELECT cc_full_set_lock() AS redacted;
