-- SPDX-License-Identifier: EUPL-1.2
-- How large an entry is (cc_entry_bytes()), so that a page of the feed ends by sums of narrow rows: its documents are
-- read once.
ALTER TABLE feed ADD bytes integer NOT NULL DEFAULT 0; -- stays 0 where verify finds that a revision is missing
UPDATE feed f SET bytes = coalesce(octet_length(r.content), 0) + octet_length(r.seal) + coalesce(octet_length(r.note), 0) + 300
  FROM revision r WHERE r.record_id = f.record_id AND r.number = f.revision;
ALTER TABLE feed ALTER bytes DROP DEFAULT;
