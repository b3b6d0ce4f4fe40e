-- SPDX-License-Identifier: EUPL-1.2
-- What stands beside a record of an import (iati_source, iati_kept) may be written while the record is locked, or locked
-- for that alone: kept_in is the transaction, as locked_in is for all the rest. And the identifier by which a record is found
-- again is of who owns it, unless the secretariat brings it.
ALTER TABLE record ADD kept_in xid8;

DO $$
DECLARE
    child text;
    locked text;
BEGIN
    FOREACH child IN ARRAY ARRAY['iati_source', 'iati_kept'] LOOP
        locked := format('EXISTS (SELECT FROM record r WHERE r.id = %I.record_id'
                         ' AND pg_current_xact_id_if_assigned() IN (r.locked_in, r.kept_in))', child);
        EXECUTE format('ALTER POLICY add_locked ON %I WITH CHECK (%s)', child, locked);
        EXECUTE format('ALTER POLICY change_locked ON %I USING (%s)', child, locked);
        EXECUTE format('ALTER POLICY drop_locked ON %I USING (%s)', child, locked);
    END LOOP;
END
$$;

CREATE FUNCTION cc_iati_source_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; -- functions/iati.sql
CREATE TRIGGER iati_source_guard BEFORE INSERT OR UPDATE ON iati_source FOR EACH ROW
    WHEN (CURRENT_USER = 'cc_web') EXECUTE FUNCTION cc_iati_source_guard();
