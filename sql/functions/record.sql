-- SPDX-License-Identifier: EUPL-1.2
-- The head of a working copy: made, locked, its version raised. Refusals are SQLSTATEs of our own:
-- CC001 somebody else changed it, CC404 not there (or not for the asker), CC403 no right.

-- May the asker register organisations? People may, whose groups the directory told; systems may not.
CREATE OR REPLACE FUNCTION cc_may_register() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT concord.cc_ctx_all() OR coalesce((SELECT roles & 1 <> 0 AND roles & 8 = 0 FROM concord.cc_ctx()), false)
$$;

-- A record and, for somebody without an organisation, the role that lets them go on.
CREATE OR REPLACE FUNCTION cc_record_create(p_id text, p_kind text, p_owner_org text,
                                            p_other_org text DEFAULT NULL, p_parent text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who uuid := cc_ctx_person();
BEGIN
    IF p_parent IS NOT NULL AND NOT cc_may_change(p_parent) THEN
        RAISE EXCEPTION 'record "%" may not be changed', p_parent USING ERRCODE = 'CC403';
    END IF;
    IF p_kind = 'organisation' AND NOT cc_may_register() THEN
        RAISE EXCEPTION 'the asker may not register organisations' USING ERRCODE = 'CC403';
    END IF;
    IF NOT cc_ctx_all() THEN
        -- Of a published record without a working copy (foreign, restored) nobody becomes the owner.
        IF EXISTS (SELECT FROM publication WHERE record_id = p_id) THEN
            RAISE EXCEPTION 'record "%" exists', p_id USING ERRCODE = 'CC403';
        END IF;
        -- A membership belongs to the partnership's organisation, everything else stands alone.
        IF (CASE WHEN p_kind = 'membership'
                 THEN p_owner_org IS DISTINCT FROM (SELECT owner_org FROM record
                                                     WHERE id = p_parent AND kind = 'partnership')
                 ELSE p_parent IS NOT NULL OR p_other_org IS NOT NULL END) THEN
            RAISE EXCEPTION '% "%" may not belong there', p_kind, p_id USING ERRCODE = 'CC403';
        END IF;
    END IF;
    BEGIN
        INSERT INTO record (id, kind, owner_org, other_org, parent, created_by, changed_by, locked_in)
        VALUES (p_id, p_kind, p_owner_org, p_other_org, p_parent, who, who, pg_current_xact_id());
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'a record of organisation "%" may not be made', p_owner_org
            USING ERRCODE = 'CC403';
    END;
    IF who IS NOT NULL AND NOT cc_may_change(p_id) THEN
        INSERT INTO record_role (person, record_id, role, granted_by) VALUES (who, p_id, 'owner', who);
        PERFORM cc_context_set(who, (cc_ctx()).roles);
    END IF;
    RETURN 1;
END
$$;

-- Locks the row for the rest of the transaction and raises its version. Every change to any row of
-- a record calls this first, publishing too, so nobody sees half an edit. p_version = the version
-- that the asker saw, NULL = whatever it is. `answering`: see cc_may_change().
CREATE OR REPLACE FUNCTION cc_record_lock(p_id text, p_version bigint, p_answering boolean DEFAULT false)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    now_version bigint;
BEGIN
    PERFORM FROM record WHERE id = p_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'record "%" does not exist', p_id USING ERRCODE = 'CC404';
    END IF;
    IF NOT cc_may_change(p_id, p_answering) THEN
        RAISE EXCEPTION 'record "%" may not be changed', p_id USING ERRCODE = 'CC403';
    END IF;
    SELECT version INTO now_version FROM record WHERE id = p_id FOR UPDATE;
    IF p_version IS NOT NULL AND now_version <> p_version THEN
        RAISE EXCEPTION 'record "%" is now at version %', p_id, now_version USING ERRCODE = 'CC001';
    END IF;
    UPDATE record
       SET version = version + 1, locked_in = pg_current_xact_id(), changed_at = now(),
           changed_by = cc_ctx_person()
     WHERE id = p_id
    RETURNING version INTO now_version;
    RETURN now_version;
END
$$;

-- Locks those that exist, makes the others; everybody does so in one order.
--   p_batch: [{"id":"O..","kind":"organisation","owner":"O..","other":..,"parent":..,"exists":"t","version":"3","kept":"t"}]
-- Without a version, whatever it is. kept: only what stands beside it may be written (cc_iati_store()), so that nobody
-- has worked on it: else the next import would not dare to publish it.
CREATE OR REPLACE FUNCTION cc_record_heads(p_batch jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    head jsonb;
    was record;
    who CONSTANT uuid := cc_ctx_person();
BEGIN
    FOR head IN SELECT b FROM jsonb_array_elements(p_batch) b WHERE b ? 'exists' LOOP
        IF head ? 'kept' THEN
            SELECT changed_at, changed_by, locked_in INTO was FROM record WHERE id = head->>'id' FOR UPDATE;
        END IF;
        PERFORM cc_record_lock(head->>'id', (head->>'version')::bigint);
        IF head ? 'kept' THEN
            UPDATE record SET changed_at = was.changed_at, changed_by = was.changed_by, locked_in = was.locked_in,
                              kept_in = pg_current_xact_id()
             WHERE id = head->>'id';
        END IF;
    END LOOP;
    IF cc_ctx_all() THEN -- what cc_record_create() looks at is nothing that could be refused
        INSERT INTO record (id, kind, owner_org, other_org, parent, created_by, changed_by, locked_in)
        SELECT b->>'id', b->>'kind', b->>'owner', b->>'other', b->>'parent', who, who, pg_current_xact_id()
          FROM jsonb_array_elements(p_batch) WITH ORDINALITY x(b, place) WHERE NOT b ? 'exists' ORDER BY place;
        RETURN true;
    END IF;
    FOR head IN SELECT b FROM jsonb_array_elements(p_batch) b WHERE NOT b ? 'exists' LOOP
        PERFORM cc_record_create(head->>'id', head->>'kind', head->>'owner', head->>'other', head->>'parent');
    END LOOP;
    RETURN true;
END
$$;

-- Another organisation answers for it from now on (of a partnership: of its memberships, too).
-- What the owner of a partnership tells of the commitments of others goes with the partnership; a
-- commitment goes to those who may own it and to nobody else. Roles on all of these, which the old owner
-- gave, end with it.
CREATE OR REPLACE FUNCTION cc_record_transfer(p_id text, p_owner_org text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    told text[];
    was text;
    of_kind text;
BEGIN
    IF NOT cc_ctx_all() THEN
        RAISE EXCEPTION 'only the secretariat may transfer records' USING ERRCODE = 'CC403';
    END IF;
    PERFORM cc_record_lock(p_id, NULL);
    SELECT owner_org, kind INTO was, of_kind FROM record WHERE id = p_id;
    IF of_kind IN ('organisation', 'membership') THEN -- owns itself; goes with its partnership
        RAISE EXCEPTION '% "%" is not given away', of_kind, p_id USING ERRCODE = 'CC403';
    END IF;
    IF was = p_owner_org THEN
        RAISE EXCEPTION 'organisation "%" owns record "%" already', p_owner_org, p_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_record_transfer_same';
    END IF;
    IF NOT EXISTS (SELECT FROM publication
                    WHERE record_id = p_owner_org AND kind = 'organisation' AND state = 'published') THEN
        RAISE EXCEPTION 'organisation "%" is not published', p_owner_org
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_record_transfer_to';
    END IF;
    IF of_kind = 'commitment'
       AND NOT cc_commitment_may_own(p_id, p_owner_org) THEN
        RAISE EXCEPTION 'organisation "%" may not own commitment "%"', p_owner_org, p_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_commitment_owner';
    END IF;
    told := ARRAY(SELECT r.id FROM record p
                    JOIN commitment c ON c.partnership = p.id
                    JOIN record r ON r.id = c.record_id AND r.owner_org = p.owner_org
                   WHERE p.id = p_id AND NOT EXISTS (SELECT FROM commitment_maker m
                                                      WHERE m.record_id = r.id AND m.organisation = r.owner_org)
                   ORDER BY r.id);
    PERFORM cc_record_lock(t.id, NULL) FROM unnest(told) t(id);
    UPDATE record SET owner_org = p_owner_org WHERE id = p_id OR id = ANY (told);
    -- Whoever is in the middle of an answer or a proposal looks again.
    UPDATE record SET owner_org = p_owner_org, version = version + 1, locked_in = pg_current_xact_id()
     WHERE parent = p_id;
    DELETE FROM record_role
     WHERE record_id = p_id OR record_id = ANY (told) OR record_id IN (SELECT id FROM record WHERE parent = p_id);
    INSERT INTO audit_event (action, object, detail)
    SELECT 'record.transfer', t.id, jsonb_build_object('from', was, 'to', p_owner_org)
      FROM unnest(p_id || told) t(id);
END
$$;

-- May the asker publish, withdraw or redirect this record, and say who works on it? Focal points of the
-- owner, owners of the record, the secretariat. (An answer publishes its membership: cc_may_answer().)
CREATE OR REPLACE FUNCTION cc_may_publish(p_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM concord.record r WHERE r.id = p_id AND (
            (SELECT concord.cc_ctx_all())
            OR r.owner_org = ANY ((SELECT concord.cc_ctx_orgs_focal())::text[])
            OR r.id = ANY ((SELECT concord.cc_ctx_records_own())::text[])
            OR r.parent = ANY ((SELECT concord.cc_ctx_records_own())::text[])))
$$;

-- Does the asker answer for the organisation of this membership? Its focal points alone: no role of the
-- registry stands in for them.
CREATE OR REPLACE FUNCTION cc_may_answer(p_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM concord.record r WHERE r.id = p_id AND r.kind = 'membership'
           AND r.other_org = ANY ((SELECT concord.cc_ctx_orgs_focal())::text[]))
$$;

-- True for the first use of a key; else the result of the first. Waits for a first use that has not
-- committed yet.
CREATE OR REPLACE FUNCTION cc_once(p_key text, p_result text)
RETURNS TABLE (fresh boolean, result text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    who uuid := cc_ctx_person();
BEGIN
    IF who IS NULL THEN
        RAISE EXCEPTION 'one-time keys need a person' USING ERRCODE = 'CC403';
    END IF;
    INSERT INTO once_key (person, key, result) VALUES (who, p_key, p_result) ON CONFLICT DO NOTHING;
    fresh := FOUND;
    SELECT k.result INTO result FROM once_key k WHERE k.person = who AND k.key = p_key;
    RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cc_may_register() TO PUBLIC;
GRANT EXECUTE ON FUNCTION cc_record_create(text, text, text, text, text),
    cc_record_lock(text, bigint, boolean), cc_record_heads(jsonb), cc_record_transfer(text, text), cc_may_publish(text),
    cc_may_answer(text)
    TO cc_web, cc_job;
GRANT EXECUTE ON FUNCTION cc_once(text, text) TO cc_web;
