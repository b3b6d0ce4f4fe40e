-- SPDX-License-Identifier: EUPL-1.2
-- One-time keys of creating forms, and the audit trail.
CREATE TABLE once_key (
    person uuid NOT NULL,
    key text NOT NULL,
    result text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person, key),
    CONSTRAINT fk_once_key_person FOREIGN KEY (person) REFERENCES person ON DELETE CASCADE,
    CONSTRAINT ck_once_key_key CHECK (length(key) BETWEEN 16 AND 100)
);
GRANT SELECT (made_at), DELETE ON once_key TO cc_job; -- removes old ones

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    login name NOT NULL DEFAULT session_user, -- of the database
    person uuid DEFAULT cc_ctx_person(),      -- no foreign key: the trail outlives people
    action text NOT NULL,
    object text,
    detail jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT ck_audit_event_action CHECK (action ~ '^[a-z]+(\.[a-z-]+)+$' AND length(action) <= 60),
    CONSTRAINT ck_audit_event_object CHECK (length(object) <= 200)
);
CREATE INDEX audit_event_at_i ON audit_event (at);
CREATE INDEX audit_event_object_i ON audit_event (object, id);

CREATE FUNCTION cc_audit_is_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events cannot be changed or removed' USING ERRCODE = 'CC403';
END
$$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION cc_audit_is_append_only();

-- Nobody writes the time, the login or (but where people sign in) the person.
GRANT INSERT (action, object, detail) ON audit_event TO cc_web, cc_job;
GRANT INSERT (person, action, object, detail) ON audit_event TO cc_login;
GRANT SELECT ON audit_event TO cc_audit;
