-- SPDX-License-Identifier: EUPL-1.2
-- Whether the secretariat has confirmed that an organisation is who it says. One row for each that was
-- asked about: those of imports and of the secretariat need none. The rules stand in
-- sql/functions/confirmation.sql.
CREATE TABLE organisation_confirmation (
    record_id text PRIMARY KEY,
    state text NOT NULL,
    claims text[] NOT NULL DEFAULT '{}', -- cc_organisation_claims() when it was confirmed last
    asked_at timestamptz,
    asked_by uuid,   -- no foreign keys: as in the audit trail, the number outlives people
    decided_at timestamptz,
    decided_by uuid, -- NULL with a day: nobody was asked, as the settings say
    note text,
    CONSTRAINT fk_organisation_confirmation_record FOREIGN KEY (record_id) REFERENCES record ON DELETE CASCADE,
    CONSTRAINT ck_organisation_confirmation_state CHECK (state IN ('waiting', 'confirmed', 'declined')),
    CONSTRAINT ck_organisation_confirmation_note CHECK (length(note) BETWEEN 1 AND 1000),
    CONSTRAINT ck_organisation_confirmation_reason CHECK (state <> 'declined' OR note IS NOT NULL)
);
CREATE INDEX organisation_confirmation_waiting_i ON organisation_confirmation (asked_at, record_id) WHERE state = 'waiting';

-- Seen with the organisation, written by functions only; who it was by name is told to the secretariat.
SELECT cc_protect('organisation_confirmation', 'record_id');
DROP POLICY drop ON organisation_confirmation;
REVOKE ALL ON organisation_confirmation FROM cc_web, cc_job;
GRANT SELECT (record_id, state, claims, asked_at, decided_at, note) ON organisation_confirmation TO cc_web, cc_job;

-- The bodies stand in sql/functions/confirmation.sql.
CREATE FUNCTION cc_confirmation_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER revision_confirmation AFTER INSERT ON revision
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION cc_confirmation_guard();

-- As in 0034: who sends SQL as cc_web tells of no decision and of no change of owners.
CREATE OR REPLACE FUNCTION cc_audit_says() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    is_told boolean := true;
BEGIN
    -- Each login's question by itself: cc_login may not even ask about records.
    IF current_user = 'cc_login' THEN
        is_told := NEW.action ~ '^login\.';
    ELSIF current_user = 'cc_web' THEN
        IF concord.cc_ctx_person() IS NULL
           OR NEW.action ~ '^(login\.|organisation\.|record\.(role|published|withdrawn|redirected|redact|transfer))' THEN
            is_told := false;
        ELSIF NEW.action ~ '^import\.' THEN
            is_told := concord.cc_ctx_all();
        ELSE
            is_told := EXISTS (SELECT FROM concord.record r
                                WHERE r.id = NEW.object AND r.locked_in = pg_current_xact_id());
        END IF;
    END IF;
    IF NOT is_told THEN
        RAISE EXCEPTION '% cannot tell of "%"', current_user, NEW.action USING ERRCODE = 'CC403';
    END IF;
    RETURN NEW;
END
$$;
