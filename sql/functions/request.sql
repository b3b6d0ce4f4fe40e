-- SPDX-License-Identifier: EUPL-1.2
-- The first statement of every signed-in transaction: who is asking, and the context of the
-- policies. No row when there is no such session or it has ended; one without a person for a token
-- that was replaced long ago. Writes no table (it runs in
-- read-only transactions): `stale` asks the caller to run cc_session_keep() before it answers.
CREATE OR REPLACE FUNCTION cc_context_set(p_person uuid, p_roles integer) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    c cc_context;
BEGIN
    c.person := p_person;
    c.roles := p_roles;
    SELECT coalesce(array_agg(organisation_id), '{}'),
           coalesce(array_agg(organisation_id) FILTER (WHERE role IN ('focal-point', 'editor')), '{}'),
           coalesce(array_agg(organisation_id) FILTER (WHERE role = 'focal-point'), '{}')
      INTO c.orgs_see, c.orgs_change, c.orgs_focal
      FROM person_org WHERE person = p_person;
    SELECT coalesce(array_agg(record_id), '{}'),
           coalesce(array_agg(record_id) FILTER (WHERE role IN ('owner', 'editor', 'focal-point')), '{}'),
           coalesce(array_agg(record_id) FILTER (WHERE role = 'owner'), '{}')
      INTO c.records_see, c.records_change, c.records_own
      FROM record_role WHERE person = p_person;
    PERFORM set_config('cc.context', c::text, true);
    PERFORM set_config('cc.proof', cc_context_proof(c::text), true);
END
$$;

CREATE OR REPLACE FUNCTION cc_request_open(p_token_hash text)
RETURNS TABLE (person uuid, name text, session uuid, csrf_key text, roles integer,
               orgs jsonb, records jsonb, stale boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('cc.context', '', true);
    SELECT p.id, p.name, s.id, s.csrf_key, p.roles,
           s.seen_at < now() - interval '1 minute' OR s.rotated_at < now() - interval '1 hour'
           OR (s.previous_hash IS NOT NULL AND s.previous_until IS NULL)
      INTO person, name, session, csrf_key, roles, stale
      FROM session s JOIN person p ON p.id = s.person
     WHERE (s.token_hash = p_token_hash
            OR (s.previous_hash = p_token_hash
                AND (s.previous_until IS NULL OR s.previous_until > now())))
       AND s.ends_at > now()
       AND s.seen_at + make_interval(secs => s.idle_seconds) > now()
       AND s.epoch = p.epoch AND p.active;
    IF NOT FOUND THEN
        stale := EXISTS (SELECT FROM session s WHERE s.previous_hash = p_token_hash AND s.previous_until <= now());
        IF stale THEN
            RETURN NEXT; -- nobody, and cc_session_keep() ends the session
        END IF;
        RETURN;
    END IF;
    PERFORM cc_context_set(person, roles);
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.organisation_id, 'role', o.role,
               'name', coalesce(n.title, o.organisation_id)) ORDER BY o.organisation_id), '[]')
      INTO orgs
      FROM person_org o LEFT JOIN record_name n ON n.record_id = o.organisation_id AND n.place = 1
     WHERE o.person = cc_request_open.person;
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.record_id, 'role', r.role)
               ORDER BY r.record_id), '[]')
      INTO records
      FROM record_role r WHERE r.person = cc_request_open.person;
    RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION cc_request_open(text) TO cc_web, cc_login;
