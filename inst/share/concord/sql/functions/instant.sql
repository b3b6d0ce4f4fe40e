-- SPDX-License-Identifier: EUPL-1.2
-- Instants as documents write them: UTC with Z, whole seconds (cut, never rounded up).
CREATE OR REPLACE FUNCTION cc_iso(instant timestamptz) RETURNS text
LANGUAGE sql STABLE AS
$$ SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;
-- With everything that is stored, for comparing.
CREATE OR REPLACE FUNCTION cc_iso_exact(instant timestamptz) RETURNS text
LANGUAGE sql STABLE AS
$$ SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;
GRANT EXECUTE ON FUNCTION cc_iso(timestamptz), cc_iso_exact(timestamptz) TO PUBLIC;
