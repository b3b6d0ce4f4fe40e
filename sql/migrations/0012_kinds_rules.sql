-- SPDX-License-Identifier: EUPL-1.2
-- Two rules that look at several rows, asked when the transaction ends. They run as whoever changed
-- the rows: the owner of the tables sees none without a context (FORCE ROW LEVEL SECURITY), and
-- would find nothing wrong.
CREATE OR REPLACE FUNCTION cc_sum_100() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
    given bigint;
    missing bigint;
    total numeric;
BEGIN
    EXECUTE format('SELECT count(%2$I), count(*) - count(%2$I), sum(%2$I) FROM %1$I WHERE record_id = $1',
                   TG_TABLE_NAME, TG_ARGV[0])
       INTO given, missing, total USING of_record;
    IF given > 0 AND (missing > 0 OR total <> 100) THEN
        RAISE EXCEPTION 'percentages of record "%" sum to %', of_record, total
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[1];
    END IF;
    RETURN NULL;
END
$$;
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
