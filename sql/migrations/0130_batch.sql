-- SPDX-License-Identifier: EUPL-1.2
-- What stored one record stores a batch now (sql/functions/): the functions of before go.
DROP FUNCTION IF EXISTS cc_record_store(text, text, jsonb);
DROP FUNCTION IF EXISTS cc_shared_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_texts_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_organisation_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_partnership_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_membership_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_commitment_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_activity_store(text, jsonb);
DROP FUNCTION IF EXISTS cc_activity_codes_store(text, text, jsonb);
DROP FUNCTION IF EXISTS cc_iati_store(text, text, text, text, text, text, text, jsonb, jsonb);
