-- SPDX-License-Identifier: EUPL-1.2
-- What was promised, as published: a projection of commitments, so that the sums of a partnership are
-- computed from what the commitments say and are typed nowhere.
CREATE TABLE promise (
    record_id text PRIMARY KEY,
    partnership_id text,             -- to which it was made, if any
    cycle text NOT NULL DEFAULT '',
    state text NOT NULL,             -- of the commitment
    sort_name text NOT NULL          -- main title in lower case
);
CREATE INDEX promise_partnership_i ON promise (partnership_id, sort_name, record_id) INCLUDE (cycle, state)
    WHERE partnership_id IS NOT NULL;

CREATE TABLE promise_resource (
    record_id text NOT NULL,
    place integer NOT NULL,
    partnership_id text,
    cycle text NOT NULL DEFAULT '',
    kind text NOT NULL,
    state text NOT NULL,             -- withdrawn where the whole commitment is
    amount numeric,
    currency text,
    reference_amount numeric,        -- as a source tells it
    reference_currency text,
    PRIMARY KEY (record_id, place)
);
CREATE INDEX promise_resource_money_i ON promise_resource (partnership_id, cycle, currency)
    INCLUDE (record_id, state, amount, reference_amount, reference_currency)
    WHERE kind = 'money' AND partnership_id IS NOT NULL;
GRANT SELECT ON promise, promise_resource TO cc_web, cc_login, cc_job, cc_audit;
