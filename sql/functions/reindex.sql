-- SPDX-License-Identifier: EUPL-1.2
-- A new generation of the projections, made in the schema concord_next while the old one is read and
-- written, then put in its place in one short transaction. What a reindex left that did not come to its
-- end is removed by the next one. A statement that waited for the switch is analysed anew and takes its
-- snapshot afterwards; so a function that reads projections, and is not asked by a statement that reads
-- them itself, is VOLATILE.

-- Of two at the same time the younger goes on.
CREATE OR REPLACE FUNCTION cc_reindex_check(p_run text) RETURNS void
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
BEGIN
    IF to_regclass('concord_next.run') IS NOT NULL THEN
        PERFORM FROM concord_next.run WHERE id = p_run;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    RAISE EXCEPTION 'another reindex has begun' USING ERRCODE = 'CC001';
END
$$;

-- Tables without indexes, and the position up to which they will be filled.
-- First what is no generation is mended.
CREATE OR REPLACE FUNCTION cc_reindex_begin() RETURNS TABLE (run text, "position" bigint, records bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    p record;
BEGIN
    PERFORM cc_iati_mend();
    PERFORM pg_advisory_xact_lock(hashtext('concord.reindex'));
    SELECT gen_random_uuid()::text, h.position, (SELECT count(*) FROM publication)
      INTO run, position, records FROM feed_head h;
    SET LOCAL client_min_messages = warning;
    DROP SCHEMA IF EXISTS concord_next CASCADE;
    CREATE SCHEMA concord_next;
    CREATE TABLE concord_next.run AS SELECT run AS id;
    FOR p IN SELECT b.name, c.reloptions FROM cc_projections() b JOIN pg_class c ON c.oid = b.name::regclass LOOP
        EXECUTE format('CREATE TABLE concord_next.%1$I (LIKE concord.%1$I INCLUDING ALL EXCLUDING INDEXES)', p.name);
        IF p.reloptions IS NOT NULL THEN
            EXECUTE format('ALTER TABLE concord_next.%I SET (%s)', p.name, array_to_string(p.reloptions, ', '));
        END IF;
    END LOOP;
    RETURN NEXT;
END
$$;

CREATE OR REPLACE FUNCTION cc_reindex_drop(p_run text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    PERFORM cc_reindex_check(p_run);
    SET LOCAL client_min_messages = warning;
    DROP SCHEMA concord_next CASCADE;
END
$$;

-- A batch of records that are not in the new generation yet.
CREATE OR REPLACE FUNCTION cc_reindex_load(p_run text, p_batch jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord_next, concord, pg_temp
AS $$
DECLARE
    batch jsonb := cc_batch_became(p_batch);
    p record;
BEGIN
    PERFORM cc_reindex_check(p_run);
    PERFORM cc_facets_add(batch);
    FOR p IN SELECT * FROM cc_projections() WHERE of_records ORDER BY place LOOP
        EXECUTE format('INSERT INTO concord_next.%1$I SELECT * FROM cc_rows_%1$s%2$s($1)', p.name,
                       CASE WHEN p.name IN ('search', 'search_name') THEN '_bare' END) USING batch;
    END LOOP;
END
$$;

-- Makes one table whole: the rows of those that are made of others, then keys, indexes and grants as the
-- old one has them.
CREATE OR REPLACE FUNCTION cc_reindex_finish(p_run text, p_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord_next, concord, pg_temp
AS $$
DECLARE
    p record;
    old regclass;
    statement text;
BEGIN
    PERFORM cc_reindex_check(p_run);
    SELECT * INTO STRICT p FROM cc_projections() WHERE name = p_name;
    old := format('concord.%I', p.name)::regclass;
    IF p.name = 'search' THEN
        PERFORM cc_merged_fill();
        PERFORM cc_roles_fill();
    ELSIF NOT p.of_records THEN
        EXECUTE format('INSERT INTO concord_next.%1$I SELECT * FROM cc_rows_%1$s()', p.name);
    END IF;
    FOR statement IN
        SELECT format('ALTER TABLE concord_next.%I ADD CONSTRAINT %I %s', p.name, c.conname, pg_get_constraintdef(c.oid))
          FROM pg_constraint c WHERE c.conrelid = old AND c.contype IN ('p', 'u')
        UNION ALL
        SELECT replace(pg_get_indexdef(i.indexrelid), ' ON concord.', ' ON concord_next.')
          FROM pg_index i
         WHERE i.indrelid = old AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        UNION ALL
        SELECT format('GRANT %s ON concord_next.%I TO %I', a.privilege_type, p.name, r.rolname)
          FROM pg_class t CROSS JOIN LATERAL aclexplode(t.relacl) a JOIN pg_roles r ON r.oid = a.grantee
         WHERE t.oid = old AND a.grantee <> t.relowner
    LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('ANALYZE concord_next.%I', p.name);
END
$$;

-- Records that were published since; the tables are whole.
CREATE OR REPLACE FUNCTION cc_reindex_follow(p_run text, p_batch jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord_next, concord, pg_temp
AS $$
BEGIN
    PERFORM cc_reindex_check(p_run);
    PERFORM cc_project_placed(p_batch, cc_project(p_batch));
END
$$;

-- Everything that a table has besides its rows, but its schema.
CREATE OR REPLACE FUNCTION cc_table_shape(p_table regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT concat_ws(E'\n', t.relowner::regrole, t.relpersistence, t.relreplident, t.relrowsecurity,
                     t.reloptions, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(t.relacl) a),
        (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation,
                                     a.attstorage, a.attcompression, a.attstattarget, a.attidentity, a.attacl, a.attoptions,
                                     pg_get_expr(d.adbin, d.adrelid)), E'\n' ORDER BY a.attnum)
           FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
        (SELECT string_agg(concat_ws(' ', c.conname, c.convalidated, pg_get_constraintdef(c.oid)), E'\n' ORDER BY c.conname)
           FROM pg_constraint c WHERE c.conrelid = t.oid OR c.confrelid = t.oid),
        (SELECT string_agg(concat_ws(' ', i.indisvalid, i.indisclustered, replace(pg_get_indexdef(i.indexrelid),
                                     ' ON concord_next.', ' ON concord.')), E'\n' ORDER BY i.indexrelid::regclass::text)
           FROM pg_index i WHERE i.indrelid = t.oid),
        (SELECT string_agg(pg_get_triggerdef(g.oid), E'\n' ORDER BY g.tgname) FROM pg_trigger g WHERE g.tgrelid = t.oid),
        (SELECT string_agg(s.stxname, ' ' ORDER BY s.stxname) FROM pg_statistic_ext s WHERE s.stxrelid = t.oid),
        (SELECT string_agg(l.polname, ' ' ORDER BY l.polname) FROM pg_policy l WHERE l.polrelid = t.oid))
      FROM pg_class t WHERE t.oid = p_table
$$;

-- Nothing is published from here to the end of the transaction; reading goes on.
CREATE OR REPLACE FUNCTION cc_reindex_hold(p_run text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp SET lock_timeout = '1s'
AS $$
BEGIN
    PERFORM cc_reindex_check(p_run);
    EXECUTE (SELECT format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', string_agg(format('concord.%I', name), ', '
                                                                                  ORDER BY place))
               FROM cc_projections());
END
$$;

-- The new generation takes the place of the old one. Whoever reads is waited for only a moment, because
-- others wait behind this: then it is tried again.
CREATE OR REPLACE FUNCTION cc_reindex_switch(p_run text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp SET lock_timeout = '200ms'
AS $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT * FROM cc_projections() LOOP
        IF cc_table_shape(format('concord.%I', p.name)::regclass)
           IS DISTINCT FROM cc_table_shape(format('concord_next.%I', p.name)::regclass) THEN
            RAISE EXCEPTION 'the new table "%" has another shape than the old one', p.name USING ERRCODE = 'CC004';
        END IF;
    END LOOP;
    TRUNCATE page; -- made of the old ones; first, as whoever reads locks it first
    EXECUTE (SELECT format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', string_agg(format('concord.%I', name), ', '
                                                                               ORDER BY place))
               FROM cc_projections());
    FOR p IN SELECT * FROM cc_projections() LOOP
        EXECUTE format('DROP TABLE concord.%I', p.name);
        EXECUTE format('ALTER TABLE concord_next.%I SET SCHEMA concord', p.name);
    END LOOP;
    PERFORM cc_reindex_drop(p_run);
END
$$;
GRANT EXECUTE ON FUNCTION cc_projections(), cc_reindex_begin(), cc_reindex_drop(text), cc_reindex_load(text, jsonb),
    cc_reindex_finish(text, text), cc_reindex_follow(text, jsonb), cc_reindex_hold(text),
    cc_reindex_switch(text) TO cc_job;
