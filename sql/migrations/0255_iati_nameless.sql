-- SPDX-License-Identifier: EUPL-1.2
-- Activities that a file gives no identifier: `body` is by what they are found again (cc_iati_body_key() in
-- cgi/xml/iati_identifier.c), and stays when they get one; `identifier` is NULL before. In `iati_identifier` they are
-- with '': none is made for them.
ALTER TABLE iati_source ALTER identifier DROP NOT NULL, ADD body text;
CREATE UNIQUE INDEX iati_source_body_i ON iati_source (body) WHERE body IS NOT NULL;
