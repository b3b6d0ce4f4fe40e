-- SPDX-License-Identifier: EUPL-1.2
-- Rows of a working copy are written by cc_web only while the transaction holds the record's head, whose version
-- cc_record_lock() has raised: whoever looked before looks again, also when plain SQL wrote. Row security
-- as before says whose rows they are; this is asked besides. (cc_job locks by the same functions; an import
-- pays nothing here.)
CREATE FUNCTION cc_protect_locked(child regclass, column_name name) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    locked text := format('EXISTS (SELECT FROM record r WHERE r.id = %s.%I'
                          ' AND r.locked_in = pg_current_xact_id_if_assigned())', child, column_name);
BEGIN
    EXECUTE format('CREATE POLICY add_locked ON %s AS RESTRICTIVE FOR INSERT TO cc_web WITH CHECK (%s)', child, locked);
    EXECUTE format('CREATE POLICY change_locked ON %s AS RESTRICTIVE FOR UPDATE TO cc_web USING (%s)', child, locked);
    EXECUTE format('CREATE POLICY drop_locked ON %s AS RESTRICTIVE FOR DELETE TO cc_web USING (%s)', child, locked);
END
$$;

-- All that cc_protect() made and cc_web may write. A table that comes later has both lines behind it.
SELECT cc_protect_locked(c.oid, 'record_id')
  FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'change'
 WHERE c.relnamespace = 'concord'::regnamespace AND has_table_privilege('cc_web', c.oid, 'INSERT')
 ORDER BY c.relname;
