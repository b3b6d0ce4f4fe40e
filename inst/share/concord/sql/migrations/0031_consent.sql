-- SPDX-License-Identifier: EUPL-1.2
-- What organisations were asked and what they answered: events that nobody changes or removes. What
-- is published of a membership follows from the newest event that counts (`effective`).

-- The partnership asks an organisation once; the same membership goes on when it asks again.
CREATE UNIQUE INDEX uq_membership_pair ON record (parent, other_org) WHERE kind = 'membership';
DROP INDEX record_parent_i;
CREATE INDEX record_parent_i ON record (parent, id) WHERE parent IS NOT NULL;

-- The canonical membership without its <consent> element: exactly what was asked and is published.
CREATE TABLE wording (
    membership_id text NOT NULL,
    sha256 text NOT NULL,
    content text NOT NULL,
    -- The asked organisation may not see a partnership that is not public yet, but reads its title.
    partnership_title text,
    partnership_lang text,
    PRIMARY KEY (membership_id, sha256),
    CONSTRAINT fk_wording_membership FOREIGN KEY (membership_id) REFERENCES record,
    CONSTRAINT ck_wording_sha256 CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
    CONSTRAINT ck_wording_size CHECK (octet_length(content) <= 1048576)
);
ALTER TABLE wording ALTER content SET COMPRESSION lz4;

-- What may follow what, and who says it. `about`: the membership itself, or a change of its wording
-- which leaves what is published as it is until it is confirmed.
CREATE TABLE consent_transition (
    about text NOT NULL,
    was text NOT NULL, -- '' = nothing yet
    state text NOT NULL,
    side text NOT NULL,
    PRIMARY KEY (about, was, state),
    CONSTRAINT uq_consent_transition UNIQUE (about, was, state, side),
    CONSTRAINT ck_consent_transition_side CHECK (side IN ('partnership', 'organisation'))
);
INSERT INTO consent_transition (about, was, state, side) VALUES
    ('membership', '',          'proposed',  'partnership'),
    ('membership', '',          'invited',   'partnership'),
    ('membership', 'proposed',  'proposed',  'partnership'),
    ('membership', 'proposed',  'invited',   'partnership'),
    ('membership', 'invited',   'invited',   'partnership'), -- with another wording
    ('membership', 'invited',   'confirmed', 'organisation'),
    ('membership', 'invited',   'declined',  'organisation'),
    ('membership', 'confirmed', 'withdrawn', 'organisation'),
    ('membership', 'confirmed', 'contested', 'organisation'),
    ('membership', 'contested', 'confirmed', 'organisation'),
    ('membership', 'contested', 'withdrawn', 'organisation'),
    ('membership', 'declined',  'invited',   'partnership'),
    ('membership', 'withdrawn', 'invited',   'partnership'),
    ('change',     'confirmed', 'invited',   'partnership'),
    ('change',     'confirmed', 'confirmed', 'organisation'),
    ('change',     'confirmed', 'declined',  'organisation'),
    ('change',     'contested', 'invited',   'partnership'),
    ('change',     'contested', 'confirmed', 'organisation'),
    ('change',     'contested', 'declined',  'organisation');

CREATE TABLE consent_event (
    membership_id text NOT NULL,
    number integer NOT NULL,
    about text NOT NULL,
    was text,              -- the state that counted before; NULL = came in with an import
    state text NOT NULL,
    effective boolean GENERATED ALWAYS AS (about = 'membership' OR state = 'confirmed') STORED,
    wording_sha256 text NOT NULL,
    reason text,
    reason_lang text,
    at timestamptz NOT NULL, -- as the published document says
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    channel text NOT NULL,
    side text,             -- who said it: NULL = came in with an import
    organisation text NOT NULL, -- on whose behalf
    role text,             -- of the person when they said it
    person uuid,           -- no foreign key: the event outlives people
    PRIMARY KEY (membership_id, number),
    CONSTRAINT fk_consent_event_wording FOREIGN KEY (membership_id, wording_sha256) REFERENCES wording,
    CONSTRAINT fk_consent_event_transition
        FOREIGN KEY (about, was, state, side) REFERENCES consent_transition (about, was, state, side),
    CONSTRAINT ck_consent_event_number CHECK (number >= 1),
    CONSTRAINT ck_consent_event_about CHECK (about IN ('membership', 'change')),
    CONSTRAINT ck_consent_event_channel CHECK (channel IN ('page', 'import')),
    CONSTRAINT ck_consent_event_import
        CHECK (CASE channel WHEN 'import' THEN was IS NULL AND side IS NULL AND about = 'membership'
                            ELSE was IS NOT NULL AND side IS NOT NULL AND role IS NOT NULL END),
    CONSTRAINT ck_consent_event_reason CHECK (length(reason) BETWEEN 1 AND 1000),
    CONSTRAINT ck_consent_event_reason_lang CHECK ((reason IS NULL) = (reason_lang IS NULL)),
    CONSTRAINT ck_consent_event_contested
        CHECK (state <> 'contested' OR reason IS NOT NULL OR channel = 'import')
);
CREATE INDEX consent_event_effective_i ON consent_event (membership_id, number DESC) WHERE effective;

-- Memberships that wait for their partnership to become public; `concord work` publishes them then.
CREATE TABLE publication_wait (
    membership_id text PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT fk_publication_wait_membership FOREIGN KEY (membership_id) REFERENCES record
);

-- Seen with the membership; written by the functions of sql/functions/consent.sql only.
SELECT cc_protect('wording', 'membership_id', answering => true);
SELECT cc_protect('consent_event', 'membership_id', answering => true);
SELECT cc_protect('publication_wait', 'membership_id', answering => true);
DROP POLICY change ON wording;
DROP POLICY drop ON wording;
DROP POLICY change ON consent_event;
DROP POLICY drop ON consent_event;
REVOKE ALL ON wording, consent_event, publication_wait FROM cc_web, cc_job;
GRANT SELECT ON wording, publication_wait, consent_transition TO cc_web, cc_job;
-- Who it was by name is told by cc_consent_history() to whom it concerns.
GRANT SELECT (membership_id, number, about, was, state, effective, wording_sha256, reason, reason_lang, at,
              recorded_at, channel, side, organisation, role) ON consent_event TO cc_web, cc_job;

CREATE FUNCTION cc_consent_is_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'consent cannot be changed or removed' USING ERRCODE = 'CC403';
END
$$;
CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION cc_consent_is_append_only();
CREATE TRIGGER wording_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wording
    FOR EACH STATEMENT EXECUTE FUNCTION cc_consent_is_append_only();

-- The body stands in sql/functions/consent.sql.
CREATE FUNCTION cc_consent_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER revision_consent AFTER INSERT ON revision
    FOR EACH ROW WHEN (NEW.kind = 'membership') EXECUTE FUNCTION cc_consent_guard();
