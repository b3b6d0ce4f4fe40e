-- SPDX-License-Identifier: EUPL-1.2
-- Publishing takes a batch of revisions: one of it, in the order of the batch.
CREATE TYPE cc_appended AS (
    place integer,
    id text,
    kind text,
    number integer,
    state text,
    schema text,
    content text,
    content_sha256 text,
    seal text,
    seal_sha256 text,
    note text,
    note_sha256 text,
    previous_seal_sha256 text,
    publisher text,
    redirect_to text,
    sealed_at timestamptz,
    projection jsonb
);
DROP FUNCTION IF EXISTS cc_publish_append(text, text, integer, text, text, text, text, text, text, text, text,
    text, text, text, timestamptz, jsonb);

-- Asked once for all revisions that a statement adds.
DROP TRIGGER revision_consent ON revision;
CREATE TRIGGER revision_consent AFTER INSERT ON revision
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION cc_consent_guard();
