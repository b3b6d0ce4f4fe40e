-- SPDX-License-Identifier: EUPL-1.2
-- Sums of what was promised to a partnership: of what its own side publishes or accepts, each pledge once.

-- Another record that tells of the same pledge.
ALTER TABLE commitment ADD same_as cc_id,
    ADD CONSTRAINT ck_commitment_same_as CHECK (same_as <> record_id);

ALTER TABLE promise
    ADD told_to text,                               -- partnership_id before merges
    ADD same_as text,
    ADD illustrative boolean NOT NULL DEFAULT false,
    ADD makers text NOT NULL DEFAULT '',            -- in the order of their identifiers
    ADD publisher text NOT NULL DEFAULT '';         -- of the newest revision
CREATE INDEX promise_told_to_i ON promise (told_to) WHERE told_to IS NOT NULL;
CREATE INDEX promise_same_as_i ON promise (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX promise_cycle_i ON promise (partnership_id, cycle, sort_name, record_id)
    WHERE partnership_id IS NOT NULL;

-- What makes two amounts the same pledge: makers, currency, amount, value date and cycle; NULL but of money.
ALTER TABLE promise_resource ADD pledge text;
DROP INDEX promise_resource_money_i;
CREATE INDEX promise_resource_pledge_i ON promise_resource (partnership_id, pledge)
    WHERE partnership_id IS NOT NULL AND pledge IS NOT NULL;

-- Who speaks for a partnership: the organisation that publishes it and its host.
CREATE TABLE promise_side (
    partnership_id text NOT NULL,
    organisation_id text NOT NULL,
    PRIMARY KEY (partnership_id, organisation_id)
);

-- part: see cc_promise_parts(). A row for each currency of the promise; amounts, equivalents and
-- equivalent_total are those whose equivalent is told in it, or that were promised in it and have none.
CREATE TABLE promise_sum (
    partnership_id text NOT NULL,
    cycle text NOT NULL,
    currency text NOT NULL,
    part text NOT NULL,
    commitments bigint NOT NULL,
    announced numeric NOT NULL,
    confirmed numeric NOT NULL,
    converted numeric NOT NULL,
    withdrawn numeric NOT NULL,
    total numeric NOT NULL,            -- without what was withdrawn
    amounts bigint NOT NULL,
    equivalents bigint NOT NULL,
    equivalent_total numeric NOT NULL,
    PRIMARY KEY (partnership_id, cycle, currency, part)
);
CREATE INDEX promise_sum_cycle_i ON promise_sum (partnership_id, length(cycle), cycle);
-- Where nothing is left: for those who take it away.
CREATE INDEX promise_sum_empty_i ON promise_sum (partnership_id)
    WHERE commitments = 0 AND withdrawn = 0 AND amounts = 0;
GRANT SELECT ON promise_side, promise_sum TO cc_web, cc_login, cc_job, cc_audit;
