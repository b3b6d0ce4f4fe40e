-- SPDX-License-Identifier: EUPL-1.2
-- Work in the background: rows with due times, claimed by any number of runners on any machine.
CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    arguments jsonb NOT NULL DEFAULT '{}',
    lane text NOT NULL,
    period interval,              -- NULL = once
    due_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,      -- a runner works on it; past = that runner has died
    attempts integer NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'waiting',
    last_error text,
    last_ok_at timestamptz,
    CONSTRAINT ck_job_state CHECK (state IN ('waiting', 'done', 'dead')),
    CONSTRAINT ck_job_lane CHECK (lane IN ('mail', 'delivery', 'harvest', 'import', 'periodic')),
    CONSTRAINT ck_job_period CHECK (period >= interval '1 second')
);
CREATE UNIQUE INDEX uq_job_periodic ON job (name) WHERE period IS NOT NULL;
CREATE INDEX job_due_i ON job (lane, due_at) WHERE state = 'waiting';
GRANT SELECT ON job TO cc_job, cc_audit;

-- Each event stands once in the chain, in the order in which it was chained. A link is the SHA-256
-- of the previous link's hex and the event's fields.
CREATE TABLE audit_link (
    position bigint PRIMARY KEY,
    event_id bigint NOT NULL,
    link text NOT NULL,
    CONSTRAINT fk_audit_link_event FOREIGN KEY (event_id) REFERENCES audit_event,
    CONSTRAINT uq_audit_link_event UNIQUE (event_id)
);
GRANT SELECT ON audit_link TO cc_audit;
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION cc_audit_is_append_only();

INSERT INTO job (name, lane, period) VALUES
    ('audit-chain', 'periodic', '1 second'),
    ('cleanup', 'periodic', '10 minutes');
