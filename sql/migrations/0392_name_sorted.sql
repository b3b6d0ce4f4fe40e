-- SPDX-License-Identifier: EUPL-1.2
-- Members and commitments are listed in the order of other lists, É at E, not in that of the server's language or of bytes.
UPDATE member m SET organisation_name = s.sort_key
  FROM search s WHERE s.record_id = m.organisation_id AND m.organisation_name <> s.sort_key;
UPDATE promise p SET sort_name = s.sort_key FROM search s WHERE s.record_id = p.record_id AND p.sort_name <> s.sort_key;
