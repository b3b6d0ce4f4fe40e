-- SPDX-License-Identifier: EUPL-1.2
-- The sums of percentages are asked for each row of a record when it is stored. Made of text, the
-- statement was planned anew each time and took a fifth of what importing a partnership cost the
-- server; with statements that keep their plans it takes little. Tables that have none of their own
-- here go the old way.
CREATE OR REPLACE FUNCTION cc_sum_100() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    of_record text := coalesce(NEW.record_id, OLD.record_id);
    given bigint;
    missing bigint;
    total numeric;
BEGIN
    CASE TG_TABLE_NAME || '.' || TG_ARGV[0]
    WHEN 'partnership_place.percentage' THEN
        SELECT count(percentage), count(*) - count(percentage), sum(percentage)
          INTO given, missing, total FROM partnership_place WHERE record_id = of_record;
    WHEN 'partnership_sdg.weight' THEN
        SELECT count(weight), count(*) - count(weight), sum(weight)
          INTO given, missing, total FROM partnership_sdg WHERE record_id = of_record;
    WHEN 'activity_sdg.weight' THEN
        SELECT count(weight), count(*) - count(weight), sum(weight)
          INTO given, missing, total FROM activity_sdg WHERE record_id = of_record;
    WHEN 'commitment_sdg.weight' THEN
        SELECT count(weight), count(*) - count(weight), sum(weight)
          INTO given, missing, total FROM commitment_sdg WHERE record_id = of_record;
    ELSE
        EXECUTE format('SELECT count(%2$I), count(*) - count(%2$I), sum(%2$I) FROM %1$I WHERE record_id = $1',
                       TG_TABLE_NAME, TG_ARGV[0])
           INTO given, missing, total USING of_record;
    END CASE;
    IF given > 0 AND (missing > 0 OR total <> 100) THEN
        RAISE EXCEPTION 'percentages of record "%" sum to %', of_record, total
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[1];
    END IF;
    RETURN NULL;
END
$$;
