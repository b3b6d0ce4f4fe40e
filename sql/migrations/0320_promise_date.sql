-- SPDX-License-Identifier: EUPL-1.2
-- Value dates of the equivalents that are added: how many amounts of each, so that the first and the last can be told
-- beside a sum, and follow when an amount goes.
ALTER TABLE promise_resource ADD value_date text;
-- Of what is not withdrawn and stands by an equivalent in `currency`; cycle and part as in promise_sum.
CREATE TABLE promise_date (
    partnership_id text NOT NULL,
    cycle text NOT NULL,
    currency text NOT NULL,
    part text NOT NULL,
    value_date text NOT NULL,
    amounts bigint NOT NULL,
    PRIMARY KEY (partnership_id, cycle, currency, part, value_date)
);
-- Where nothing is left: for those who take it away.
CREATE INDEX promise_date_empty_i ON promise_date (partnership_id) WHERE amounts = 0;
GRANT SELECT ON promise_date TO cc_web, cc_login, cc_job, cc_audit;
-- Made anew with what they answer now.
DROP FUNCTION IF EXISTS cc_rows_promise_resource(jsonb), cc_promise_sums(text[], text[]), cc_promise_sum_add(text[], integer);
