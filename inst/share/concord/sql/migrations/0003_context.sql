-- SPDX-License-Identifier: EUPL-1.2
-- Who is asking. cc_request_open() (sql/functions/request.sql) puts a cc_context into the setting
-- cc.context for the rest of the transaction, and a proof beside it that only functions of cc_owner
-- can make: a setting alone could be written by any login. No session = no context = no rows.
--
-- Policies ask these functions in scalar sub-selects, so they run once per statement.
CREATE TYPE cc_context AS (
    person uuid,
    roles integer,
    orgs_see text[],     -- any role in the organisation
    orgs_change text[],  -- focal point or editor
    orgs_focal text[],   -- focal point
    records_see text[],
    records_change text[],
    records_own text[]
);

CREATE TABLE context_key (key text NOT NULL);
INSERT INTO context_key SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

-- Good in this transaction of this connection only.
CREATE FUNCTION cc_context_proof(context text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT encode(sha256(convert_to(k.key || encode(sha256(convert_to(
               k.key || pg_backend_pid() || ' ' || extract(epoch FROM transaction_timestamp())
               || ' ' || context, 'UTF8')), 'hex'), 'UTF8')), 'hex')
    FROM context_key k;
$$;

CREATE FUNCTION cc_ctx() RETURNS cc_context
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    context text := current_setting('cc.context', true);
BEGIN
    -- After SET LOCAL an unset setting is an empty text, not NULL.
    IF coalesce(context, '') = ''
       OR current_setting('cc.proof', true) IS DISTINCT FROM cc_context_proof(context) THEN
        RETURN NULL;
    END IF;
    RETURN context::cc_context;
END
$$;

-- The programs that work for the registry itself. session_user cannot be changed by a login.
CREATE FUNCTION cc_is_service() RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT session_user IN ('cc_job', 'cc_migrate') $$;

CREATE FUNCTION cc_ctx_person() RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).person $$;

-- Secretariat (2) and administrator (4) see and change everything.
CREATE FUNCTION cc_ctx_all() RETURNS boolean
LANGUAGE sql STABLE AS
$$ SELECT concord.cc_is_service() OR coalesce((concord.cc_ctx()).roles & 6 <> 0, false) $$;

CREATE FUNCTION cc_ctx_orgs_see() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).orgs_see $$;
CREATE FUNCTION cc_ctx_orgs_change() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).orgs_change $$;
CREATE FUNCTION cc_ctx_orgs_focal() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).orgs_focal $$;
CREATE FUNCTION cc_ctx_records_see() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).records_see $$;
CREATE FUNCTION cc_ctx_records_change() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).records_change $$;
CREATE FUNCTION cc_ctx_records_own() RETURNS text[]
LANGUAGE sql STABLE AS $$ SELECT (concord.cc_ctx()).records_own $$;

REVOKE ALL ON FUNCTION cc_context_proof(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cc_ctx(), cc_is_service(), cc_ctx_person(), cc_ctx_all(), cc_ctx_orgs_see(),
    cc_ctx_orgs_change(), cc_ctx_orgs_focal(), cc_ctx_records_see(), cc_ctx_records_change(),
    cc_ctx_records_own() TO PUBLIC;
