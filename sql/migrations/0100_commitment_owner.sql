-- SPDX-License-Identifier: EUPL-1.2
-- One rule for who may own a commitment: asked when one is stored, for those who are not the secretariat,
-- and when a record is given to another organisation, for everybody.
CREATE FUNCTION cc_commitment_may_own(p_id text, p_organisation text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM commitment_maker m WHERE m.record_id = p_id AND m.organisation = p_organisation)
        OR EXISTS (SELECT FROM commitment c JOIN record p ON p.id = c.partnership
                    WHERE c.record_id = p_id AND p.owner_org = p_organisation)
$$;
CREATE OR REPLACE FUNCTION cc_commitment_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
BEGIN
    IF NOT (SELECT cc_ctx_all())
       AND EXISTS (SELECT FROM commitment_maker m WHERE m.record_id = of_record)
       AND NOT EXISTS (SELECT FROM record r WHERE r.id = of_record AND cc_commitment_may_own(r.id, r.owner_org)) THEN
        RAISE EXCEPTION 'the owner of commitment "%" did not make it', of_record
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_commitment_owner';
    END IF;
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION cc_commitment_may_own(text, text) TO cc_web, cc_job;
