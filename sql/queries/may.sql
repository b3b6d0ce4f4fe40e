-- SPDX-License-Identifier: EUPL-1.2
-- name: request_may :one :read (permission text, record text) -> allowed
SELECT cc_request_may($1, $2) AS allowed;
