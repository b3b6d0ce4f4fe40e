-- SPDX-License-Identifier: EUPL-1.2
-- The same rule as before: most codes are letters and digits, and to see that of one takes a twelfth of what the whole
-- expression takes, of which an activity has thirty. Nothing needs to be looked at again.
ALTER DOMAIN cc_code DROP CONSTRAINT ck_code;
ALTER DOMAIN cc_code ADD CONSTRAINT ck_code
    CHECK ((octet_length(VALUE) BETWEEN 1 AND 60
            AND translate(VALUE, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', '') = '')
           OR VALUE ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$') NOT VALID;
