-- SPDX-License-Identifier: EUPL-1.2
-- What memberships say of their consent is looked at before the feed's lock, by cc_publish_append(), and no longer by a
-- trigger under it.
DROP TRIGGER revision_consent ON revision;
DROP FUNCTION cc_consent_guard();

-- Words of more than 2 KB are kept compressed: by lz4, as documents are.
ALTER TABLE search ALTER tsv SET COMPRESSION lz4, ALTER names SET COMPRESSION lz4, ALTER facets SET COMPRESSION lz4;
