-- SPDX-License-Identifier: EUPL-1.2
-- An identifier that was written in the form of an activity is found in whatever spelling, as one that came from a file. A
-- column, for an index on an expression is not used where row security is.
ALTER TABLE activity ADD iati_key text COLLATE "C" GENERATED ALWAYS AS (cc_iati_key(iati_identifier)) STORED;
DROP INDEX activity_identifier_i;
CREATE INDEX activity_key_i ON activity (iati_key) WHERE iati_key IS NOT NULL;
