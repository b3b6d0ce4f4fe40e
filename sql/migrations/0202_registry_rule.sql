-- SPDX-License-Identifier: EUPL-1.2
-- Settings that the database itself keeps to, whoever sends SQL: one row, written by `concord migrate`.
CREATE TABLE registry_rule (
    one boolean PRIMARY KEY DEFAULT true,
    confirm_organisations boolean NOT NULL DEFAULT true, -- see functions/confirmation.sql
    CONSTRAINT ck_registry_rule_one CHECK (one)
);
INSERT INTO registry_rule DEFAULT VALUES;
GRANT SELECT ON registry_rule TO cc_web;
