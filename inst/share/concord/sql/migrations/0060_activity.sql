-- SPDX-License-Identifier: EUPL-1.2
-- The working copy of activities.

-- A percentage as it was told, with all its decimals.
CREATE DOMAIN cc_share AS numeric
    CONSTRAINT ck_share CHECK (VALUE >= 0 AND VALUE <= 100 AND scale(VALUE) <= 20);
CREATE DOMAIN cc_told AS text CONSTRAINT ck_told CHECK (length(VALUE) BETWEEN 1 AND 300);

-- Files of others have descriptions, conditions and names of a length that forms would not ask for.
ALTER TABLE record_text DROP CONSTRAINT ck_record_text_length;
ALTER TABLE record_text ADD CONSTRAINT ck_record_text_length
    CHECK (length(text) BETWEEN 1 AND CASE
        WHEN path ~ '^(description|condition)\.[0-9]+\.text$' THEN 100000
        WHEN path ~ '^participant\.[0-9]+\.name$' THEN 12000
        ELSE 5000 END);

CREATE TABLE activity (
    record_id text PRIMARY KEY,
    iati_identifier cc_told,
    reporting_organisation cc_id,
    reporting_ref cc_told,
    reporting_secondary boolean NOT NULL DEFAULT false,
    reporting_type cc_code,
    kind cc_code,
    partnership cc_id,
    scope cc_code,
    hierarchy text,
    planned_start cc_when,
    start_date cc_when,
    planned_end cc_when,
    end_date cc_when,
    state cc_code,
    humanitarian boolean NOT NULL DEFAULT false,
    collaboration_type cc_code,
    flow_type cc_code,
    finance_type cc_code,
    tied_status cc_code,
    default_currency cc_code,
    default_language text,
    last_updated timestamptz,
    illustrative boolean NOT NULL DEFAULT false,
    CONSTRAINT fk_activity_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_activity_hierarchy CHECK (hierarchy ~ '^[0-9]{1,3}$'),
    CONSTRAINT ck_activity_dates CHECK (cc_in_order(start_date, end_date)),
    CONSTRAINT ck_activity_planned_dates CHECK (cc_in_order(planned_start, planned_end))
);
-- Not unique: two reporters may tell of one activity, and nobody reserves a name by telling it first.
CREATE INDEX activity_identifier_i ON activity (iati_identifier) WHERE iati_identifier IS NOT NULL;
SELECT cc_protect('activity', 'record_id');

CREATE TABLE activity_identifier (
    record_id text NOT NULL,
    position integer NOT NULL,
    owner cc_told,
    ref cc_told NOT NULL,
    type cc_code,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_activity_identifier_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE
);
SELECT cc_protect('activity_identifier', 'record_id');

-- Descriptions and conditions: what sort each of them is; the texts stand in record_text.
CREATE TABLE activity_statement (
    record_id text NOT NULL,
    field text NOT NULL,
    position integer NOT NULL,
    type cc_code,
    PRIMARY KEY (record_id, field, position),
    CONSTRAINT fk_activity_statement_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_statement_field CHECK (field IN ('description', 'condition'))
);
SELECT cc_protect('activity_statement', 'record_id');

CREATE TABLE activity_participant (
    record_id text NOT NULL,
    position integer NOT NULL,
    activity cc_told,
    channel text,
    organisation cc_id,
    ref cc_told,
    role cc_code NOT NULL,
    type cc_code,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_activity_participant_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_participant_channel CHECK (length(channel) <= 60)
);
SELECT cc_protect('activity_participant', 'record_id');

-- Codes of vocabularies that others keep, one list per field; countries are ours.
CREATE TABLE activity_code (
    record_id text NOT NULL,
    field text NOT NULL,
    position integer NOT NULL,
    code text NOT NULL,
    vocabulary cc_code,
    vocabulary_uri text,
    percentage cc_share,
    qualifier cc_code, -- significance of a marker, type of a humanitarian scope
    PRIMARY KEY (record_id, field, position),
    CONSTRAINT fk_activity_code_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_code_field CHECK (field IN ('country', 'region', 'sector', 'tag', 'marker',
                                                       'humanitarian-scope', 'aid-type')),
    CONSTRAINT ck_activity_code_length CHECK (length(code) BETWEEN 1 AND 200),
    CONSTRAINT ck_activity_code_vocabulary CHECK ((vocabulary IS NULL) = (field = 'country')),
    CONSTRAINT ck_activity_code_uri CHECK (length(vocabulary_uri) <= 2000)
);
SELECT cc_protect('activity_code', 'record_id');

CREATE TABLE activity_location (
    record_id text NOT NULL,
    position integer NOT NULL,
    class cc_code,
    exactness cc_code,
    point text,
    reach cc_code,
    ref cc_told,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_activity_location_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_location_point CHECK (length(point) <= 60)
);
SELECT cc_protect('activity_location', 'record_id');

CREATE TABLE activity_sdg (
    record_id text NOT NULL,
    position integer NOT NULL,
    goal cc_code NOT NULL,
    target cc_code,
    weight cc_percent,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_activity_sdg_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_sdg_target CHECK (target LIKE goal || '.%')
);
CREATE UNIQUE INDEX uq_activity_sdg ON activity_sdg (record_id, goal, coalesce(target, ''));
SELECT cc_protect('activity_sdg', 'record_id');
CREATE CONSTRAINT TRIGGER ck_activity_sdg_sum AFTER INSERT OR UPDATE OR DELETE ON activity_sdg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_sum_100('weight', 'ck_activity_sdg_sum');

CREATE TABLE activity_contact (
    record_id text NOT NULL,
    position integer NOT NULL,
    mail text,
    phone text,
    url cc_url,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_activity_contact_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_contact_mail CHECK (length(mail) <= 254 AND mail LIKE '%_@_%'),
    CONSTRAINT ck_activity_contact_phone CHECK (phone ~ '^\+?[0-9 ]{3,32}$')
);
SELECT cc_protect('activity_contact', 'record_id');

CREATE TABLE activity_related (
    record_id text NOT NULL,
    position integer NOT NULL,
    activity cc_id,
    ref cc_told NOT NULL,
    type cc_code NOT NULL,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_activity_related_record FOREIGN KEY (record_id) REFERENCES activity ON DELETE CASCADE,
    CONSTRAINT ck_activity_related_self CHECK (activity <> record_id)
);
SELECT cc_protect('activity_related', 'record_id');
