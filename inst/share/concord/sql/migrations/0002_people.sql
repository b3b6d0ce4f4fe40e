-- SPDX-License-Identifier: EUPL-1.2
-- People, their rights, sessions, throttling. cc_login works on these tables; the other logins get
-- at them through functions only.
CREATE TABLE person (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    subject text NOT NULL,             -- directory id and entryUUID; never DN or mail
    login text NOT NULL,
    name text NOT NULL,
    mail text,
    roles integer NOT NULL DEFAULT 0,  -- enum cc_site_role, from groups at the last sign-in
    epoch integer NOT NULL DEFAULT 1,  -- raised to end all sessions at once
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    signed_in_at timestamptz,
    CONSTRAINT uq_person_subject UNIQUE (subject),
    CONSTRAINT ck_person_subject CHECK (subject ~ '^[^:]+:.+$' AND length(subject) <= 200),
    CONSTRAINT ck_person_login CHECK (length(login) BETWEEN 1 AND 200),
    CONSTRAINT ck_person_name CHECK (length(name) BETWEEN 1 AND 300),
    CONSTRAINT ck_person_mail CHECK (length(mail) BETWEEN 3 AND 254),
    CONSTRAINT ck_person_roles CHECK (roles BETWEEN 0 AND 15)
);
CREATE INDEX person_login_i ON person (lower(login));

CREATE TABLE person_org (
    person uuid NOT NULL,
    organisation_id text NOT NULL,
    role text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    granted_by uuid,
    PRIMARY KEY (person, organisation_id),
    CONSTRAINT fk_person_org_person FOREIGN KEY (person) REFERENCES person ON DELETE CASCADE,
    CONSTRAINT ck_person_org_role CHECK (role IN ('focal-point', 'editor', 'reader'))
);
CREATE INDEX person_org_organisation_i ON person_org (organisation_id);

CREATE TABLE record_role (
    person uuid NOT NULL,
    record_id text NOT NULL,
    role text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    granted_by uuid,
    PRIMARY KEY (person, record_id),
    CONSTRAINT fk_record_role_person FOREIGN KEY (person) REFERENCES person ON DELETE CASCADE,
    CONSTRAINT ck_record_role_role
        CHECK (role IN ('owner', 'editor', 'focal-point', 'reviewer', 'observer'))
);
CREATE INDEX record_role_record_i ON record_role (record_id);

CREATE TABLE session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person uuid NOT NULL,
    token_hash text NOT NULL,       -- SHA-256 of the cookie's token, hex
    previous_hash text,             -- the token before the last rotation ...
    previous_until timestamptz,     -- ... still good until then, for parallel requests
    csrf_key text NOT NULL,
    epoch integer NOT NULL,         -- must equal the person's
    created_at timestamptz NOT NULL DEFAULT now(),
    authenticated_at timestamptz NOT NULL DEFAULT now(),
    rotated_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(), -- written at most once a minute
    idle_seconds integer NOT NULL,
    ends_at timestamptz NOT NULL,   -- absolute end
    address text,
    user_agent text,
    CONSTRAINT fk_session_person FOREIGN KEY (person) REFERENCES person ON DELETE CASCADE,
    CONSTRAINT uq_session_token UNIQUE (token_hash),
    CONSTRAINT ck_session_token CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_session_csrf CHECK (length(csrf_key) >= 32),
    CONSTRAINT ck_session_idle CHECK (idle_seconds > 0)
);
CREATE INDEX session_previous_i ON session (previous_hash) WHERE previous_hash IS NOT NULL;
CREATE INDEX session_person_i ON session (person);

-- Lost after a crash, which is fine: limits start again.
CREATE UNLOGGED TABLE throttle (
    key text PRIMARY KEY,           -- "account:..", "net:203.0.113.7/32"
    failures integer NOT NULL DEFAULT 0,
    window_start timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    blocked_until timestamptz
);
CREATE UNLOGGED TABLE breaker (
    name text PRIMARY KEY,          -- the server that is not asked
    failures integer NOT NULL DEFAULT 0,
    open_until timestamptz,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT SELECT, INSERT, UPDATE ON person TO cc_login;
GRANT SELECT ON person_org, record_role TO cc_login;
GRANT SELECT, INSERT, UPDATE, DELETE ON session, throttle, breaker TO cc_login;
GRANT SELECT (id, seen_at, idle_seconds, ends_at), DELETE ON session TO cc_job; -- removes what ended
GRANT SELECT (key, last_at, blocked_until), DELETE ON throttle TO cc_job;
