-- SPDX-License-Identifier: EUPL-1.2
-- name: redact :one (id text, first integer, last integer, what text, reason text) -> documents
SELECT cc_redact($1, $2, $3, $4, $5) AS documents;

-- name: redact_text :many (id text, text text, reason text) -> number, what
SELECT number, what FROM cc_redact_text($1, $2, $3);

-- name: wordings_with :one (id text, text text) -> wordings
SELECT cc_wordings_with($1, $2) AS wordings;
