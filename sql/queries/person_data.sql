-- SPDX-License-Identifier: EUPL-1.2
-- `concord person`: what is kept about somebody, and its end. who: internal number, subject or login name.
-- name: person_export :many (who text) -> place, field, content
SELECT place, field, content FROM cc_person_export($1);

-- name: person_erase :many (who text) -> place, field, end_is, number
SELECT place, field, end_is, number FROM cc_person_erase($1);
