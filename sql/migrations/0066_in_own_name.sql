-- SPDX-License-Identifier: EUPL-1.2
-- Nobody speaks in the name of another organisation: who reports an activity, who confirmed a resource and who
-- checked a commitment is the organisation that answers for the record. Asked when the transaction ends; the
-- registry itself and its secretariat may enter what others said.
CREATE FUNCTION cc_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    named text := to_jsonb(NEW)->>TG_ARGV[0];
BEGIN
    IF named IS NOT NULL AND NOT (SELECT cc_ctx_all())
       AND EXISTS (SELECT FROM record r WHERE r.id = NEW.record_id AND r.owner_org <> named) THEN
        RAISE EXCEPTION 'record "%" speaks in the name of "%"', NEW.record_id, named
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ck_activity_reporter AFTER INSERT OR UPDATE ON activity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_in_own_name('reporting_organisation');
CREATE CONSTRAINT TRIGGER ck_commitment_confirmed AFTER INSERT OR UPDATE ON commitment_resource
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_in_own_name('confirmed_by');
CREATE CONSTRAINT TRIGGER ck_commitment_reviewer AFTER INSERT OR UPDATE ON commitment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_in_own_name('reviewer');
