-- SPDX-License-Identifier: EUPL-1.2
-- A page of people begins behind a person, no longer behind a name that stands in an address: the function has
-- other parameters (functions/consent.sql).
DROP FUNCTION IF EXISTS cc_person_list(text, text, uuid, integer);
