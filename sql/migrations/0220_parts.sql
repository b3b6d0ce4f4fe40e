-- SPDX-License-Identifier: EUPL-1.2
-- Rows that are many of each record are written by functions that hold the record's head: cc_record_store(),
-- cc_iati_store(), for cc_web row security besides (cc_protect_locked()). A foreign key would ask again for every row
-- whether that head is there: twenty times a record, a tenth of the server's time of an import. What the keys did when
-- a record or its first row goes, a trigger does, once a statement.
CREATE FUNCTION cc_parts_drop() RETURNS trigger
LANGUAGE plpgsql SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    IF EXISTS (SELECT FROM gone) THEN
        EXECUTE format('DELETE FROM %I WHERE record_id IN (SELECT %I FROM gone)', TG_ARGV[0], TG_ARGV[1]);
    END IF;
    RETURN NULL;
END
$$;

-- Makes a table part of another, from whose rows its own go: call it behind cc_protect().
CREATE FUNCTION cc_part_of(part name, whole name) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS gone FOR EACH STATEMENT'
                   ' EXECUTE FUNCTION cc_parts_drop(%L, %L)', 'drop_' || part, whole, part,
                   CASE whole WHEN 'record' THEN 'id' ELSE 'record_id' END);
END
$$;

DO $$
DECLARE
    key record;
BEGIN
    FOR key IN SELECT part.relname AS part, whole.relname AS whole, f.conname
                 FROM pg_constraint f
                 JOIN pg_class part ON part.oid = f.conrelid
                 JOIN pg_class whole ON whole.oid = f.confrelid
                 JOIN pg_constraint own ON own.conrelid = f.conrelid AND own.contype = 'p'
                WHERE f.connamespace = 'concord'::regnamespace AND f.contype = 'f' AND f.confdeltype = 'c'
                  AND whole.relname IN ('record', 'organisation', 'partnership', 'membership', 'commitment',
                                        'activity', 'iati_source')
                  AND cardinality(own.conkey) > 1
                ORDER BY part.relname LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', key.part, key.conname);
        PERFORM cc_part_of(key.part, key.whole);
    END LOOP;
END
$$;

-- Written behind their revision by cc_publish_append() and nothing else; `concord verify` compares them.
ALTER TABLE publication DROP CONSTRAINT fk_publication_revision;
ALTER TABLE feed DROP CONSTRAINT fk_feed_revision;
