-- SPDX-License-Identifier: EUPL-1.2
-- name: redact :one (id text, first integer, last integer, what text, reason text) -> documents
SELECT cc_redact($1, $2, $3, $4, $5) AS documents;
