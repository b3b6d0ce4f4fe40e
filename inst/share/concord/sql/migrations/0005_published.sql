-- SPDX-License-Identifier: EUPL-1.2
-- What anyone may read: no policy, SELECT for all logins, written only by cc_publish_append() and
-- what it calls. Hashes are lower-case hex over the UTF-8 bytes.
CREATE TABLE revision (
    record_id text NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    schema text NOT NULL,
    content text,            -- absent when withdrawn or redirected, and after redaction
    content_sha256 text,
    seal text NOT NULL,
    seal_sha256 text NOT NULL,
    note text,               -- absent after redaction
    note_sha256 text NOT NULL,
    previous_seal_sha256 text, -- absent in revision 1
    publisher text NOT NULL,
    redirect_to text,
    sealed_at timestamptz NOT NULL,
    stamp timestamptz NOT NULL, -- as in the feed
    position bigint NOT NULL,
    PRIMARY KEY (record_id, number),
    CONSTRAINT uq_revision_position UNIQUE (position),
    CONSTRAINT ck_revision_number CHECK (number >= 1),
    CONSTRAINT ck_revision_state CHECK (state IN ('published', 'withdrawn', 'redirected')),
    CONSTRAINT ck_revision_content CHECK ((state = 'published') = (content_sha256 IS NOT NULL)),
    CONSTRAINT ck_revision_size CHECK (octet_length(content) <= 1048576),
    CONSTRAINT ck_revision_redirect CHECK ((state = 'redirected') = (redirect_to IS NOT NULL)),
    CONSTRAINT ck_revision_previous CHECK ((number = 1) = (previous_seal_sha256 IS NULL))
);
ALTER TABLE revision ALTER content SET COMPRESSION lz4;
CREATE INDEX revision_sealed_i ON revision (record_id, sealed_at);

-- One row per record: the newest revision, so that reading is one SELECT of one row. The document
-- stays in the row (measured: 65,000 reads/s against 53,000 with the default storage).
CREATE TABLE publication (
    record_id text PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL,
    revision integer NOT NULL,
    schema text NOT NULL,
    content text,
    content_sha256 text,
    seal text NOT NULL,
    seal_sha256 text NOT NULL,
    note text,
    note_sha256 text NOT NULL,
    redirect_to text,
    published_at timestamptz NOT NULL, -- the feed's stamp
    position bigint NOT NULL,
    CONSTRAINT fk_publication_revision FOREIGN KEY (record_id, revision) REFERENCES revision
) WITH (toast_tuple_target = 8160, fillfactor = 90);
ALTER TABLE publication ALTER content SET COMPRESSION lz4;
ALTER TABLE publication ALTER content SET STORAGE MAIN;
CREATE INDEX publication_kind_i ON publication (kind, position DESC) WHERE state = 'published';
CREATE INDEX publication_redirect_i ON publication (redirect_to) WHERE redirect_to IS NOT NULL;

CREATE TABLE feed (
    position bigint PRIMARY KEY,
    stamp timestamptz NOT NULL,
    record_id text NOT NULL,
    kind text NOT NULL,
    revision integer NOT NULL,
    event text NOT NULL,
    seal_sha256 text NOT NULL,
    link text NOT NULL, -- SHA-256 of the previous link's hex (nothing before the first) and seal_sha256
    CONSTRAINT fk_feed_revision FOREIGN KEY (record_id, revision) REFERENCES revision,
    CONSTRAINT ck_feed_position CHECK (position >= 1),
    CONSTRAINT ck_feed_event CHECK (event IN ('published', 'withdrawn', 'redirected', 'redacted'))
);
CREATE INDEX feed_stamp_i ON feed (stamp, position);
CREATE INDEX feed_record_i ON feed (record_id, position);
CREATE INDEX feed_link_i ON feed (link);

CREATE TABLE feed_head (
    id boolean PRIMARY KEY DEFAULT true,
    position bigint NOT NULL,
    stamp timestamptz NOT NULL,
    link text NOT NULL,
    CONSTRAINT ck_feed_head_one CHECK (id)
);
INSERT INTO feed_head (position, stamp, link) VALUES (0, '2000-01-01 00:00:00Z', '');

-- Projections of the newest published content; made again by `concord reindex`. No foreign keys to
-- publication: they are written before it, outside the feed's lock. `concord verify` compares them.
CREATE TABLE record_name (
    record_id text NOT NULL,
    lang text NOT NULL,
    kind text NOT NULL,
    place smallint NOT NULL, -- 1 = the record's main language
    title text NOT NULL,
    acronym text,
    PRIMARY KEY (record_id, lang)
);
-- Whom a record refers to. `field` is the path of the reference, `role` the codes beside it.
CREATE TABLE edge (
    from_id text NOT NULL,
    to_id text NOT NULL,
    kind text NOT NULL, -- of from_id
    field text NOT NULL,
    role text NOT NULL DEFAULT '',  -- codes separated by blanks
    state text NOT NULL DEFAULT '', -- the record's state: consent of a membership
    PRIMARY KEY (from_id, field, to_id)
);
CREATE INDEX edge_to_i ON edge (to_id, kind, field, state, from_id);
CREATE TABLE search (
    record_id text PRIMARY KEY,
    kind text NOT NULL,
    tsv tsvector NOT NULL,
    names text NOT NULL,   -- all names, folded, one per line: for similarity
    facets jsonb NOT NULL  -- {"country":["KE"],"sdg":["5"]}
);
CREATE INDEX search_tsv_i ON search USING gin (tsv);
CREATE INDEX search_names_i ON search USING gin (names gin_trgm_ops);
CREATE INDEX search_facets_i ON search USING gin (facets jsonb_path_ops);
CREATE INDEX search_kind_i ON search (kind, record_id);

GRANT SELECT ON revision, publication, feed, feed_head, record_name, edge, search
    TO cc_web, cc_login, cc_job, cc_audit;
