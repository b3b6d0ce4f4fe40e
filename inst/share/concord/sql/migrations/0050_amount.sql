-- SPDX-License-Identifier: EUPL-1.2
-- Decimal numbers as they were told: money (a currency stands beside it) and quantities. numeric keeps
-- the decimals, so 12.50 stays 12.50; sums are exact and are made here, never in a program.
CREATE DOMAIN cc_amount AS numeric
    CONSTRAINT ck_amount CHECK (abs(VALUE) < 1000000000000000 AND scale(VALUE) <= 6);
