-- SPDX-License-Identifier: EUPL-1.2
-- Percentages of a record sum to 100, or none is given: looked at once for all rows of a statement, not again for each
-- row at the end of the transaction. All rows of a record are written by one statement.
DROP TRIGGER ck_partnership_place_sum ON partnership_place;
DROP TRIGGER ck_partnership_sdg_sum ON partnership_sdg;
DROP TRIGGER ck_commitment_sdg_sum ON commitment_sdg;
DROP TRIGGER ck_activity_sdg_sum ON activity_sdg;
DROP FUNCTION cc_sum_100();

-- It runs as whoever changed the rows: under row security the owner of the tables would see none.
CREATE FUNCTION cc_sums_100() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    wrong record;
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'partnership_place' THEN
        SELECT c.record_id, s.total INTO wrong FROM (SELECT DISTINCT record_id FROM changed) c
         CROSS JOIN LATERAL (SELECT count(percentage) AS given, count(*) AS of_all, sum(percentage) AS total
                               FROM partnership_place t WHERE t.record_id = c.record_id) s
         WHERE s.given > 0 AND (s.given < s.of_all OR s.total <> 100) LIMIT 1;
    WHEN 'partnership_sdg' THEN
        SELECT c.record_id, s.total INTO wrong FROM (SELECT DISTINCT record_id FROM changed) c
         CROSS JOIN LATERAL (SELECT count(weight) AS given, count(*) AS of_all, sum(weight) AS total
                               FROM partnership_sdg t WHERE t.record_id = c.record_id) s
         WHERE s.given > 0 AND (s.given < s.of_all OR s.total <> 100) LIMIT 1;
    WHEN 'commitment_sdg' THEN
        SELECT c.record_id, s.total INTO wrong FROM (SELECT DISTINCT record_id FROM changed) c
         CROSS JOIN LATERAL (SELECT count(weight) AS given, count(*) AS of_all, sum(weight) AS total
                               FROM commitment_sdg t WHERE t.record_id = c.record_id) s
         WHERE s.given > 0 AND (s.given < s.of_all OR s.total <> 100) LIMIT 1;
    WHEN 'activity_sdg' THEN
        SELECT c.record_id, s.total INTO wrong FROM (SELECT DISTINCT record_id FROM changed) c
         CROSS JOIN LATERAL (SELECT count(weight) AS given, count(*) AS of_all, sum(weight) AS total
                               FROM activity_sdg t WHERE t.record_id = c.record_id) s
         WHERE s.given > 0 AND (s.given < s.of_all OR s.total <> 100) LIMIT 1;
    END CASE;
    IF FOUND THEN
        RAISE EXCEPTION 'percentages of record "%" sum to %', wrong.record_id, wrong.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_sum';
    END IF;
    RETURN NULL;
END
$$;
DO $$
DECLARE
    child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['partnership_place', 'partnership_sdg', 'commitment_sdg', 'activity_sdg'] LOOP
        EXECUTE format('CREATE TRIGGER %2$I AFTER INSERT ON %1$I REFERENCING NEW TABLE AS changed'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION cc_sums_100()', child, 'ck_' || child || '_sum');
        EXECUTE format('CREATE TRIGGER %2$I AFTER UPDATE ON %1$I REFERENCING NEW TABLE AS changed'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION cc_sums_100()', child, 'ck_' || child || '_sum_update');
        EXECUTE format('CREATE TRIGGER %2$I AFTER DELETE ON %1$I REFERENCING OLD TABLE AS changed'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION cc_sums_100()', child, 'ck_' || child || '_sum_delete');
    END LOOP;
END
$$;
