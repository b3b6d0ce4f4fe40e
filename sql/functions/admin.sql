-- SPDX-License-Identifier: EUPL-1.2
-- What administrators see and do with people, their sessions and the audit log. Everybody else gets no row.
CREATE OR REPLACE FUNCTION cc_is_admin() RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT coalesce((concord.cc_ctx()).roles & 4 <> 0, false) $$;

CREATE OR REPLACE FUNCTION cc_person_show(p_person uuid)
RETURNS TABLE (subject text, login text, name text, mail text, roles integer, active boolean,
               created_at timestamptz, signed_in_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT subject, login, name, mail, roles, active, created_at, signed_in_at
      FROM person WHERE id = p_person AND (SELECT cc_is_admin())
$$;

-- Those that still answer, the newest first.
CREATE OR REPLACE FUNCTION cc_person_sessions(p_person uuid)
RETURNS TABLE (id uuid, created_at timestamptz, seen_at timestamptz, address text, user_agent text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT s.id, s.created_at, s.seen_at, s.address, s.user_agent
      FROM session s JOIN person p ON p.id = s.person
     WHERE s.person = p_person AND s.epoch = p.epoch AND s.ends_at > now()
       AND s.seen_at + make_interval(secs => s.idle_seconds) > now() AND (SELECT cc_is_admin())
     ORDER BY s.created_at DESC, s.id
     LIMIT 200
$$;

-- Ends one session of a person, or with NULL all; how many there were.
CREATE OR REPLACE FUNCTION cc_person_sessions_end(p_person uuid, p_session uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    ended uuid[];
BEGIN
    IF NOT cc_is_admin() THEN
        RAISE EXCEPTION 'only administrators end the sessions of others' USING ERRCODE = 'CC403';
    END IF;
    IF NOT EXISTS (SELECT FROM person WHERE id = p_person)
       OR EXISTS (SELECT FROM session WHERE id = p_session AND person <> p_person) THEN
        RAISE EXCEPTION 'there is no such session' USING ERRCODE = 'CC404';
    END IF;
    WITH gone AS (
        DELETE FROM session WHERE person = p_person AND (p_session IS NULL OR id = p_session) RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO ended FROM gone;
    IF cardinality(ended) > 0 THEN
        INSERT INTO audit_event (action, object, detail)
        VALUES ('login.ended-by-administrator', p_person, jsonb_build_object('sessions', to_jsonb(ended)));
    END IF;
    RETURN cardinality(ended);
END
$$;

-- The log, the newest first. p_person: a login name or the number of a person, who may be gone.
CREATE OR REPLACE FUNCTION cc_audit_list(p_person text, p_object text, p_action text, p_before bigint, p_limit integer)
RETURNS TABLE (id bigint, at timestamptz, by_login name, person uuid, name text, action text, object text, detail jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who CONSTANT uuid[] := ARRAY(SELECT p.id FROM person p WHERE lower(p.login) = lower(p_person))
        || CASE WHEN lower(p_person) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_person::uuid END;
BEGIN
    IF NOT cc_is_admin() THEN
        RETURN;
    END IF;
    -- One condition for each thing that is asked, so that each finds its index.
    RETURN QUERY EXECUTE
        'SELECT e.id, e.at, e.login, e.person, p.name, e.action, e.object, e.detail
           FROM (SELECT * FROM audit_event WHERE true'
        || CASE WHEN p_person IS NOT NULL
                THEN ' AND person = ANY ($1)' ELSE '' END
        || CASE WHEN p_object IS NOT NULL THEN ' AND object = $2' ELSE '' END
        || CASE WHEN p_action = 'record.published' THEN ' AND action = $3'
                WHEN p_action IS NOT NULL THEN ' AND action = $3 AND action <> ''record.published''' ELSE '' END
        || CASE WHEN p_before IS NOT NULL THEN ' AND id < $4' ELSE '' END
        || ' ORDER BY id DESC LIMIT $5) e LEFT JOIN person p ON p.id = e.person ORDER BY e.id DESC'
        USING who, p_object, p_action, p_before, least(p_limit, 200);
END
$$;

GRANT EXECUTE ON FUNCTION cc_is_admin() TO PUBLIC;
GRANT EXECUTE ON FUNCTION cc_person_show(uuid), cc_person_sessions(uuid), cc_person_sessions_end(uuid, uuid),
    cc_audit_list(text, text, text, bigint, integer) TO cc_web;
