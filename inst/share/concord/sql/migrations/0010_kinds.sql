-- SPDX-License-Identifier: EUPL-1.2
-- The working copies of organisations, partnerships and memberships. Every rule that must never
-- break is a constraint here; its name leads to a message (cgi/db/constraints.c).

-- A date as exact as it is known: YYYY, YYYY-MM or YYYY-MM-DD, and a real day.
CREATE FUNCTION cc_is_when(t text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN t ~ '^[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?$'
       AND (length(t) < 10 OR t::date IS NOT NULL);
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
    RETURN false;
END
$$;
-- In order as far as both are known.
CREATE FUNCTION cc_in_order(first text, last text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT left(last, least(length(first), length(last))) >= left(first, least(length(first), length(last))) $$;
GRANT EXECUTE ON FUNCTION cc_is_when(text), cc_in_order(text, text) TO PUBLIC;

CREATE DOMAIN cc_when AS text CONSTRAINT ck_when CHECK (cc_is_when(VALUE));
CREATE DOMAIN cc_code AS text CONSTRAINT ck_code CHECK (VALUE ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$');
CREATE DOMAIN cc_percent AS numeric
    CONSTRAINT ck_percent CHECK (VALUE >= 0 AND VALUE <= 100 AND scale(VALUE) <= 2);
CREATE DOMAIN cc_url AS text CONSTRAINT ck_url CHECK (VALUE ~ '^https?://' AND length(VALUE) <= 2000);
CREATE DOMAIN cc_id AS text CONSTRAINT ck_id CHECK (VALUE ~ '^[A-Z][0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$');

-- Human texts of all kinds: at most one per language. Paths are those of forms: "title",
-- "goal.1.text".
CREATE TABLE record_text (
    record_id text NOT NULL,
    path text NOT NULL,
    lang text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (record_id, path, lang),
    CONSTRAINT fk_record_text_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_record_text_lang CHECK (lang ~ '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$' AND length(lang) <= 35),
    CONSTRAINT ck_record_text_length CHECK (length(text) BETWEEN 1 AND 5000),
    CONSTRAINT ck_record_text_nfc CHECK (text IS NFC NORMALIZED)
);
SELECT cc_protect('record_text', 'record_id', answering => true);

CREATE TABLE record_document (
    record_id text NOT NULL,
    position integer NOT NULL,
    category cc_code,
    date cc_when,
    format text,
    language text,
    url cc_url NOT NULL,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_record_document_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE
);
SELECT cc_protect('record_document', 'record_id', answering => true);

CREATE TABLE record_source (
    record_id text NOT NULL,
    position integer NOT NULL,
    about text,
    date cc_when,
    citation text NOT NULL,
    url cc_url,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_record_source_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_record_source_citation CHECK (length(citation) BETWEEN 1 AND 1000)
);
SELECT cc_protect('record_source', 'record_id', answering => true);

-- --- organisation ---------------------------------------------------------------------------------
CREATE TABLE organisation (
    record_id text PRIMARY KEY,
    type cc_code,
    country cc_code,
    founded cc_when,
    website cc_url,
    illustrative boolean NOT NULL DEFAULT false,
    CONSTRAINT fk_organisation_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE
);
SELECT cc_protect('organisation', 'record_id');

CREATE TABLE organisation_former_name (
    record_id text NOT NULL,
    position integer NOT NULL,
    until cc_when,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_organisation_former_name_record FOREIGN KEY (record_id) REFERENCES organisation ON DELETE CASCADE
);
SELECT cc_protect('organisation_former_name', 'record_id');

CREATE TABLE organisation_identifier (
    record_id text NOT NULL,
    position integer NOT NULL,
    scheme cc_code NOT NULL,
    value text NOT NULL,
    is_primary boolean NOT NULL DEFAULT false,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_organisation_identifier_record FOREIGN KEY (record_id) REFERENCES organisation ON DELETE CASCADE,
    CONSTRAINT ck_organisation_identifier_value CHECK (length(value) BETWEEN 1 AND 120),
    CONSTRAINT uq_organisation_identifier UNIQUE (scheme, value)
);
CREATE UNIQUE INDEX uq_organisation_identifier_primary ON organisation_identifier (record_id) WHERE is_primary;
SELECT cc_protect('organisation_identifier', 'record_id');

CREATE TABLE organisation_relation (
    record_id text NOT NULL,
    position integer NOT NULL,
    kind cc_code NOT NULL,
    organisation cc_id NOT NULL,
    from_date cc_when,
    until cc_when,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_organisation_relation_record FOREIGN KEY (record_id) REFERENCES organisation ON DELETE CASCADE,
    CONSTRAINT ck_organisation_relation_self CHECK (organisation <> record_id),
    CONSTRAINT ck_organisation_relation_dates CHECK (cc_in_order(from_date, until))
);
SELECT cc_protect('organisation_relation', 'record_id');

-- --- partnership ----------------------------------------------------------------------------------
CREATE TABLE partnership (
    record_id text PRIMARY KEY,
    kind cc_code,
    legal_form cc_code,
    host cc_id,
    seat_country cc_code,
    scope cc_code,
    founded cc_when,
    planned_start cc_when,
    start_date cc_when,
    planned_end cc_when,
    end_date cc_when,
    state cc_code,
    website cc_url,
    illustrative boolean NOT NULL DEFAULT false,
    CONSTRAINT fk_partnership_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_partnership_dates CHECK (cc_in_order(start_date, end_date)),
    CONSTRAINT ck_partnership_planned_dates CHECK (cc_in_order(planned_start, planned_end))
);
SELECT cc_protect('partnership', 'record_id');

CREATE TABLE partnership_mandate (
    record_id text NOT NULL,
    position integer NOT NULL,
    date cc_when,
    reference text,
    url cc_url,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_partnership_mandate_record FOREIGN KEY (record_id) REFERENCES partnership ON DELETE CASCADE,
    CONSTRAINT ck_partnership_mandate_reference CHECK (length(reference) <= 200)
);
SELECT cc_protect('partnership_mandate', 'record_id');

-- Countries and regions: the shares sum to 100 together.
CREATE TABLE partnership_place (
    record_id text NOT NULL,
    vocabulary text NOT NULL,
    code cc_code NOT NULL,
    percentage cc_percent,
    PRIMARY KEY (record_id, vocabulary, code),
    CONSTRAINT fk_partnership_place_record FOREIGN KEY (record_id) REFERENCES partnership ON DELETE CASCADE,
    CONSTRAINT ck_partnership_place_vocabulary CHECK (vocabulary IN ('country', 'region'))
);
SELECT cc_protect('partnership_place', 'record_id');

CREATE TABLE partnership_sdg (
    record_id text NOT NULL,
    position integer NOT NULL,
    goal cc_code NOT NULL,
    target cc_code,
    weight cc_percent,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_partnership_sdg_record FOREIGN KEY (record_id) REFERENCES partnership ON DELETE CASCADE,
    CONSTRAINT ck_partnership_sdg_target CHECK (target LIKE goal || '.%')
);
CREATE UNIQUE INDEX uq_partnership_sdg ON partnership_sdg (record_id, goal, coalesce(target, ''));
SELECT cc_protect('partnership_sdg', 'record_id');

CREATE TABLE partnership_theme (
    record_id text NOT NULL,
    theme cc_code NOT NULL,
    PRIMARY KEY (record_id, theme),
    CONSTRAINT fk_partnership_theme_record FOREIGN KEY (record_id) REFERENCES partnership ON DELETE CASCADE
);
SELECT cc_protect('partnership_theme', 'record_id');

CREATE TABLE partnership_contact (
    record_id text NOT NULL,
    position integer NOT NULL,
    mail text,
    phone text,
    url cc_url,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_partnership_contact_record FOREIGN KEY (record_id) REFERENCES partnership ON DELETE CASCADE,
    CONSTRAINT ck_partnership_contact_mail CHECK (length(mail) <= 254 AND mail LIKE '%_@_%'),
    CONSTRAINT ck_partnership_contact_phone CHECK (phone ~ '^\+?[0-9 ]{3,32}$')
);
SELECT cc_protect('partnership_contact', 'record_id');

CREATE TABLE partnership_link (
    record_id text NOT NULL,
    position integer NOT NULL,
    kind cc_code NOT NULL,
    partnership cc_id NOT NULL,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_partnership_link_record FOREIGN KEY (record_id) REFERENCES partnership ON DELETE CASCADE,
    CONSTRAINT ck_partnership_link_self CHECK (partnership <> record_id)
);
SELECT cc_protect('partnership_link', 'record_id');

-- Percentages are given for all or for none, and then sum to 100: looked at when the transaction
-- ends, since rows come one by one. The table and its column are the trigger's arguments.
-- It runs as whoever changed the rows: the owner of the tables sees none without a context (FORCE
-- ROW LEVEL SECURITY) and would find nothing wrong.
CREATE FUNCTION cc_sum_100() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
    given bigint;
    missing bigint;
    total numeric;
BEGIN
    EXECUTE format('SELECT count(%2$I), count(*) - count(%2$I), sum(%2$I) FROM %1$I WHERE record_id = $1',
                   TG_TABLE_NAME, TG_ARGV[0])
       INTO given, missing, total USING of_record;
    IF given > 0 AND (missing > 0 OR total <> 100) THEN
        RAISE EXCEPTION 'percentages of record "%" sum to %', of_record, total
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[1];
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ck_partnership_sdg_sum AFTER INSERT OR UPDATE OR DELETE ON partnership_sdg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_sum_100('weight', 'ck_partnership_sdg_sum');
CREATE CONSTRAINT TRIGGER ck_partnership_place_sum AFTER INSERT OR UPDATE OR DELETE ON partnership_place
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_sum_100('percentage', 'ck_partnership_place_sum');

-- --- membership -----------------------------------------------------------------------------------
CREATE TABLE membership (
    record_id text PRIMARY KEY,
    partnership cc_id NOT NULL,
    organisation cc_id NOT NULL,
    consent_state cc_code,
    consent_date timestamptz,
    wording_sha256 text,
    illustrative boolean NOT NULL DEFAULT false,
    CONSTRAINT fk_membership_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT uq_membership UNIQUE (partnership, organisation),
    CONSTRAINT ck_membership_wording CHECK (wording_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_membership_consent CHECK ((consent_state IS NULL) = (consent_date IS NULL))
);
CREATE INDEX membership_organisation_i ON membership (organisation);
SELECT cc_protect('membership', 'record_id', answering => true);

CREATE TABLE membership_role (
    record_id text NOT NULL,
    position integer NOT NULL,
    code cc_code NOT NULL,
    from_date cc_when,
    until cc_when,
    PRIMARY KEY (record_id, position),
    CONSTRAINT fk_membership_role_record FOREIGN KEY (record_id) REFERENCES membership ON DELETE CASCADE,
    CONSTRAINT ck_membership_role_dates CHECK (cc_in_order(from_date, until))
);
SELECT cc_protect('membership_role', 'record_id', answering => true);
