-- SPDX-License-Identifier: EUPL-1.2
-- What IATI files brought. Private working data: nothing of it is published.

-- How identifiers are compared: without case and in one spelling (cgi/xml/iati_identifier.c).
CREATE FUNCTION cc_iati_key(identifier text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT lower(normalize(identifier, NFKC)) $$;
GRANT EXECUTE ON FUNCTION cc_iati_key(text) TO PUBLIC;
CREATE INDEX organisation_identifier_iati_i ON organisation_identifier (cc_iati_key(scheme || '-' || value));

-- The record that an identifier of IATI names here, and what its newest import brought. `reader`:
-- the version of the reader, so that a better one reads the same file again. `unmatched`: keys of
-- organisations that were unknown.
CREATE TABLE iati_source (
    record_id text PRIMARY KEY,
    kind text NOT NULL,
    identifier text NOT NULL,
    key text NOT NULL,
    digest text,
    reader text,
    updated text NOT NULL DEFAULT '',
    unmatched text[] NOT NULL DEFAULT '{}',
    imported_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT fk_iati_source_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_iati_source_kind CHECK (kind IN ('activity', 'organisation')),
    CONSTRAINT uq_iati_source UNIQUE (kind, key)
);
SELECT cc_protect('iati_source', 'record_id');

-- Elements that no field holds, exclusive canonical XML one after the other. Names of persons and
-- their mail and telephone are not among them.
CREATE TABLE iati_kept (
    record_id text NOT NULL,
    position integer NOT NULL,
    element text NOT NULL,
    items integer NOT NULL,
    xml text NOT NULL,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_iati_kept_source FOREIGN KEY (record_id) REFERENCES iati_source ON DELETE CASCADE
);
ALTER TABLE iati_kept ALTER xml SET COMPRESSION lz4;
SELECT cc_protect('iati_kept', 'record_id');
