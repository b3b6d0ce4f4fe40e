-- SPDX-License-Identifier: EUPL-1.2
-- A year, month or day that there is: as one expression, which becomes part of what asks, without a block that
-- catches errors (a subtransaction for every date).
CREATE OR REPLACE FUNCTION cc_is_when(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT t ~ '^[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'
       AND CASE substr(t, 6)
           WHEN '02-29' THEN (substr(t, 3, 2) <> '00' AND substr(t, 3, 2)::integer % 4 = 0)
                             OR (substr(t, 3, 2) = '00' AND left(t, 2)::integer % 4 = 0)
           ELSE substr(t, 6) NOT IN ('02-30', '02-31', '04-31', '06-31', '09-31', '11-31') END
$$;
