-- SPDX-License-Identifier: EUPL-1.2
-- What the page class may do to sessions and rights, which it cannot read. (Signing in is cc_login's,
-- by plain statements.)

-- The asker's session is alive, and its token is changed when that is due: an hour after the last time,
-- or at once when rights were given or taken (trigger cc_session_rights). True: p_new_hash is the
-- session's now; NULL there keeps the token. The one before it answers until 30 seconds after the new
-- one has come back: requests that run beside this one stay signed in, and so does a browser which never
-- got the answer with the new one; it is given another. Whoever comes with the one before later than
-- that ends the session: two hold a copy of it, and nobody can tell which of them is its owner
-- (RFC 9700, 4.14.2, says the same of refresh tokens).
DROP FUNCTION IF EXISTS cc_session_touch(text);
CREATE OR REPLACE FUNCTION cc_session_keep(p_token_hash text, p_new_hash text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    WITH me AS (
        SELECT id, token_hash = p_token_hash AS is_current,
               p_new_hash IS NOT NULL
               AND CASE WHEN token_hash = p_token_hash THEN rotated_at < now() - interval '1 hour'
                        ELSE previous_until IS NULL AND rotated_at < now() - interval '30 seconds' END
               AS is_due
          FROM session
         WHERE (token_hash = p_token_hash
                OR (previous_hash = p_token_hash AND (previous_until IS NULL OR previous_until > now())))
           AND ends_at > now() AND seen_at + make_interval(secs => idle_seconds) > now()
           FOR UPDATE SKIP LOCKED -- whoever has it writes the same
    ), kept AS (
        UPDATE session s
           SET seen_at = now(),
               token_hash = CASE WHEN me.is_due THEN p_new_hash ELSE s.token_hash END,
               rotated_at = CASE WHEN me.is_due THEN now() ELSE s.rotated_at END,
               previous_hash = CASE WHEN me.is_due THEN p_token_hash ELSE s.previous_hash END,
               previous_until = CASE WHEN me.is_due THEN NULL
                                     WHEN me.is_current AND s.previous_hash IS NOT NULL
                                     THEN coalesce(s.previous_until, now() + interval '30 seconds')
                                     ELSE s.previous_until END
          FROM me WHERE s.id = me.id
        RETURNING me.is_due
    ), ended AS (
        DELETE FROM session WHERE previous_hash = p_token_hash AND previous_until <= now()
    )
    SELECT coalesce(bool_or(is_due), false) FROM kept;
$$;
DROP FUNCTION IF EXISTS cc_session_close(text);

CREATE OR REPLACE FUNCTION cc_may_manage_org(p_organisation text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT (SELECT concord.cc_ctx_all())
        OR coalesce(p_organisation = ANY ((SELECT concord.cc_ctx_orgs_focal())::text[]), false)
$$;

-- By letters, É at E, whatever the server's language is.
CREATE OR REPLACE FUNCTION cc_person_order(p_name text) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT lower(concord.unaccent(p_name)) $$;

-- People with a role in an organisation by name, for its focal points and the secretariat; those behind
-- p_after, who may have no role any more. Somebody who is gone has no place: NULL and they begin anew.
DROP FUNCTION IF EXISTS cc_org_people(text);
CREATE OR REPLACE FUNCTION cc_org_people(p_organisation text, p_after uuid, p_limit integer)
RETURNS TABLE (person uuid, login text, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT p.id, p.login, p.name, o.role
      FROM person_org o JOIN person p ON p.id = o.person
      LEFT JOIN person a ON a.id = p_after
     WHERE o.organisation_id = p_organisation AND cc_may_manage_org(p_organisation)
       AND (a.id IS NULL OR (cc_person_order(p.name), p.login, p.id) > (cc_person_order(a.name), a.login, a.id))
     ORDER BY cc_person_order(p.name), p.login, p.id
     LIMIT least(p_limit, 200);
$$;

-- The one person who has signed in under this name. Directories give a name to somebody else after a
-- while; who was seen last has it now.
CREATE OR REPLACE FUNCTION cc_person_of(p_login text) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who uuid;
BEGIN
    SELECT id INTO who FROM person WHERE lower(login) = lower(p_login) AND active
     ORDER BY signed_in_at DESC NULLS LAST, id LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody with this login has signed in yet' USING ERRCODE = 'CC404';
    END IF;
    RETURN who;
END
$$;

-- Gives a person who has signed in before (found by login) a role; NULL takes it away. An
-- organisation keeps its last focal point unless the secretariat decides otherwise. Nobody brings
-- themselves in: the secretariat appoints who answers for an organisation, and does not become it.
CREATE OR REPLACE FUNCTION cc_org_grant(p_organisation text, p_login text, p_role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who uuid;
BEGIN
    IF NOT cc_may_manage_org(p_organisation) THEN
        RAISE EXCEPTION 'people of organisation "%" may not be changed', p_organisation
            USING ERRCODE = 'CC403';
    END IF;
    IF NOT EXISTS (SELECT FROM record WHERE id = p_organisation AND kind = 'organisation') THEN
        RAISE EXCEPTION '"%" is no organisation', p_organisation USING ERRCODE = 'CC404';
    END IF;
    -- Two who take each other away at one time would leave nobody.
    PERFORM FROM person_org WHERE organisation_id = p_organisation ORDER BY person FOR UPDATE;
    who := cc_person_of(p_login);
    IF p_role IS NOT NULL AND who = cc_ctx_person()
       AND NOT coalesce(p_organisation = ANY (cc_ctx_orgs_focal()), false) THEN
        RAISE EXCEPTION 'nobody gives themselves a role in organisation "%"', p_organisation
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_person_org_self';
    END IF;
    IF p_role IS NULL THEN
        DELETE FROM person_org WHERE person = who AND organisation_id = p_organisation;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'they have no role there' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_role_none';
        END IF;
    ELSE
        INSERT INTO person_org (person, organisation_id, role, granted_by)
        VALUES (who, p_organisation, p_role, cc_ctx_person())
        ON CONFLICT (person, organisation_id) DO UPDATE
            SET role = excluded.role, granted_at = now(), granted_by = excluded.granted_by;
    END IF;
    IF NOT cc_ctx_all() AND NOT EXISTS (SELECT FROM person_org
            WHERE organisation_id = p_organisation AND role = 'focal-point') THEN
        RAISE EXCEPTION 'the last focal point of an organisation stays' USING ERRCODE = 'CC403';
    END IF;
    INSERT INTO audit_event (action, object, detail)
    VALUES ('organisation.role', p_organisation, jsonb_build_object('person', who, 'role', p_role));
END
$$;

-- The same of those with a role on a record, for whoever may change it.
DROP FUNCTION IF EXISTS cc_record_people(text);
CREATE OR REPLACE FUNCTION cc_record_people(p_record text, p_after uuid, p_limit integer)
RETURNS TABLE (person uuid, login text, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT p.id, p.login, p.name, r.role
      FROM record_role r JOIN person p ON p.id = r.person
      LEFT JOIN person a ON a.id = p_after
     WHERE r.record_id = p_record AND cc_may_change(p_record)
       AND (a.id IS NULL OR (cc_person_order(p.name), p.login, p.id) > (cc_person_order(a.name), a.login, a.id))
     ORDER BY cc_person_order(p.name), p.login, p.id
     LIMIT least(p_limit, 200);
$$;
CREATE OR REPLACE FUNCTION cc_record_grant(p_record text, p_login text, p_role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who uuid;
BEGIN
    IF NOT cc_may_publish(p_record) THEN
        RAISE EXCEPTION 'people of record "%" may not be changed', p_record USING ERRCODE = 'CC403';
    END IF;
    who := cc_person_of(p_login);
    IF p_role IS NULL THEN
        DELETE FROM record_role WHERE person = who AND record_id = p_record;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'they have no role there' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_role_none';
        END IF;
    ELSE
        INSERT INTO record_role (person, record_id, role, granted_by)
        VALUES (who, p_record, p_role, cc_ctx_person())
        ON CONFLICT (person, record_id) DO UPDATE
            SET role = excluded.role, granted_at = now(), granted_by = excluded.granted_by;
    END IF;
    INSERT INTO audit_event (action, object, detail)
    VALUES ('record.role', p_record, jsonb_build_object('person', who, 'role', p_role));
END
$$;

-- The history of one record for whoever may change it: who did what. Who answered for the organisation of a
-- membership is told by name as cc_consent_history() tells it: to that organisation and the secretariat.
CREATE OR REPLACE FUNCTION cc_audit_of(p_object text, p_before bigint, p_limit integer)
RETURNS TABLE (id bigint, at timestamptz, person text, action text, detail jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT e.id, e.at,
           CASE WHEN cc_ctx_all() OR e.person = cc_ctx_person()
                  OR NOT EXISTS (SELECT FROM consent_event c
                                  WHERE c.membership_id = p_object AND c.person = e.person
                                    AND c.organisation <> ALL (cc_ctx_orgs_see()))
                THEN p.name END,
           e.action, e.detail
      FROM audit_event e LEFT JOIN person p ON p.id = e.person
     WHERE e.object = p_object AND (p_before IS NULL OR e.id < p_before)
       AND (cc_may_change(p_object) OR cc_may_manage_org(p_object))
     ORDER BY e.id DESC LIMIT least(p_limit, 100);
$$;

GRANT EXECUTE ON FUNCTION cc_session_keep(text, text) TO cc_web, cc_login;
GRANT EXECUTE ON FUNCTION cc_may_manage_org(text), cc_org_people(text, uuid, integer), cc_org_grant(text, text, text),
    cc_record_people(text, uuid, integer), cc_record_grant(text, text, text), cc_audit_of(text, bigint, integer)
    TO cc_web;
