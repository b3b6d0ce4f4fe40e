-- SPDX-License-Identifier: EUPL-1.2
-- A rule that looks at several rows, asked when the transaction ends. It runs as whoever changed the
-- rows, like cc_sum_100() and for its reason.
-- uq_organisation_identifier_primary says at most one, this says at least one.
CREATE FUNCTION cc_one_primary() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
BEGIN
    IF (SELECT count(*) > 0 AND NOT bool_or(is_primary) FROM organisation_identifier
         WHERE record_id = of_record) THEN
        RAISE EXCEPTION 'organisation "%" has no primary identifier', of_record
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_organisation_identifier_primary';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ck_organisation_identifier_primary
    AFTER INSERT OR UPDATE OR DELETE ON organisation_identifier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cc_one_primary();
