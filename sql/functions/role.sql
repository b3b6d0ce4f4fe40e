-- SPDX-License-Identifier: EUPL-1.2
-- The facet `role`: in `search.keys` of a partnership, activity or commitment the roles that organisations
-- have in it; of an organisation the roles that it has. It is made of `edge`, of other records' too. What others
-- give to a record stands in `role_late` first, where it costs a quarter; searches look there, too, and the job "roles" brings it into
-- `search` later, all roles that a record got at once.
-- These functions set no search_path: the caller's says which generation they work on.

-- The roles that a reference gives, as codes of partner-role, commitment-role or IATI. Whoever declined, contested or left has no role.
CREATE OR REPLACE FUNCTION cc_role_codes(p_kind text, p_field text, p_role text, p_state text) RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_kind || ' ' || p_field
               WHEN 'membership partnership' THEN CASE WHEN p_state IN ('confirmed', 'invited', 'proposed')
                                                       THEN string_to_array(p_role, ' ') END
               WHEN 'membership organisation' THEN CASE WHEN p_state IN ('confirmed', 'invited', 'proposed')
                                                        THEN string_to_array(p_role, ' ') END
               WHEN 'partnership host' THEN '{host}'
               WHEN 'activity reporting.organisation' THEN '{reporting}'
               WHEN 'commitment maker' THEN '{maker}'
               WHEN 'commitment review.reviewer' THEN '{reviewer}'
               WHEN 'activity participant.organisation' THEN string_to_array(p_role, ' ') END
$$;

-- The records that it gives them to, all as codes of partner-role.
CREATE OR REPLACE FUNCTION cc_edge_roles(p_from text, p_to text, p_kind text, p_field text, p_role text, p_state text)
RETURNS TABLE (record_id text, code text)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT r.id, CASE c.code WHEN '1' THEN 'funding' WHEN '2' THEN 'accountable' WHEN '3' THEN 'extending'
                             WHEN '4' THEN 'implementing' ELSE c.code END
      FROM unnest(cc_role_codes(p_kind, p_field, p_role, p_state)) c(code)
     CROSS JOIN (VALUES (p_to), (CASE WHEN p_kind <> 'membership' THEN p_from END)) r(id)
     WHERE r.id IS NOT NULL AND c.code <> ''
$$;

-- The numbers of the roles of these records; NULL = of all.
CREATE OR REPLACE FUNCTION cc_roles_of(p_ids text[]) RETURNS TABLE (record_id text, keys integer[])
LANGUAGE sql STABLE
AS $$
    SELECT x.record_id, array_agg(f.id ORDER BY f.id)
      FROM (SELECT DISTINCT r.record_id, r.code
              -- each by itself: with OR, all of `edge` would be read
              FROM (SELECT * FROM edge WHERE p_ids IS NULL
                    UNION ALL
                    SELECT * FROM edge WHERE to_id = ANY (p_ids)
                    UNION ALL
                    SELECT * FROM edge WHERE from_id = ANY (p_ids)) e
             CROSS JOIN LATERAL cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r
             WHERE p_ids IS NULL OR r.record_id = ANY (p_ids)) x
      JOIN facet f ON f.name = 'role' AND f.value = x.code
     GROUP BY x.record_id
$$;

-- Numbers in order, each once; where one is NULL it is not called: coalesce(cc_keys_join(a, b), a).
CREATE OR REPLACE FUNCTION cc_keys_join(p_a integer[], p_b integer[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT ARRAY(SELECT unnest(p_a) UNION SELECT unnest(p_b) ORDER BY 1) $$;

-- All roles at once, of rows that have none yet: behind a load of everything.
CREATE OR REPLACE FUNCTION cc_roles_fill() RETURNS void
LANGUAGE sql
AS $$
    UPDATE search s SET keys = cc_keys_join(s.keys, r.keys) FROM cc_roles_of(NULL) r WHERE r.record_id = s.record_id
$$;

-- What these records got late goes into their rows of `search`.
CREATE OR REPLACE FUNCTION cc_roles_settle(p_ids text[]) RETURNS void
LANGUAGE sql
AS $$
    WITH late AS (DELETE FROM role_late WHERE record_id = ANY (p_ids) RETURNING *)
    UPDATE search s SET keys = cc_keys_join(s.keys, l.keys) FROM late l WHERE s.record_id = l.record_id
$$;

-- So many of these records. Under the feed's lock, as all that writes `search`: few at a time.
CREATE OR REPLACE FUNCTION cc_roles_catch_up(p_max integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    ids text[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    LOCK TABLE search, role_late IN ROW EXCLUSIVE MODE; -- in the order of a reindex (cc_reindex_hold()), which would wait for us and we for it
    ids := ARRAY(SELECT record_id FROM role_late ORDER BY record_id LIMIT p_max);
    PERFORM cc_roles_settle(ids);
    RETURN cardinality(ids);
END
$$;
GRANT EXECUTE ON FUNCTION cc_roles_catch_up(integer) TO cc_job;

-- Rows of `search` with what these records got late, for comparison: a number that is in both comes twice, what got
-- something late and is not in `search` has a row of its own.
CREATE OR REPLACE FUNCTION cc_roles_settled(p_ids text[])
RETURNS TABLE (record_id text, kind text, tsv tsvector, names text, facets jsonb, keys integer[],
               "position" bigint, sort_key text)
LANGUAGE sql STABLE
AS $$
    SELECT record_id, s.kind, s.tsv, s.names, s.facets,
           CASE WHEN l.keys IS NULL THEN s.keys ELSE ARRAY(SELECT unnest(s.keys || l.keys) ORDER BY 1) END, s.position, s.sort_key
      FROM (SELECT * FROM search WHERE record_id = ANY (p_ids)) s
      FULL JOIN (SELECT * FROM role_late WHERE record_id = ANY (p_ids)) l USING (record_id)
$$;

-- The records that have all of these numbers only with what they got late.
CREATE OR REPLACE FUNCTION cc_roles_late(p_keys integer[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE -- see reindex.sql
AS $$
BEGIN
    RETURN ARRAY(SELECT l.record_id FROM role_late l JOIN search s USING (record_id)
                  WHERE l.keys && p_keys AND s.keys || l.keys @> p_keys);
END
$$;

-- The roles of those that a batch names or named: who has which role by what it says, who had which by
-- what it said. Rows are written only where a role is the first of its kind or was the last.
DROP FUNCTION IF EXISTS cc_roles_place(jsonb, text[], text[]);
CREATE OR REPLACE FUNCTION cc_roles_place(p_ids text[], p_codes text[], p_old_ids text[], p_old_codes text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    lost_ids text[];
    lost_codes text[];
BEGIN
    INSERT INTO role_late AS l
    SELECT n.id, ARRAY(SELECT k FROM unnest(n.keys) k WHERE k <> ALL (n.has))
      FROM (SELECT g.id, g.keys, s.keys || coalesce(o.keys, '{}') AS has
              FROM (SELECT u.id, array_agg(f.id) AS keys FROM unnest(p_ids, p_codes) u(id, code)
                      JOIN facet f ON f.name = 'role' AND f.value = u.code GROUP BY 1) g
             CROSS JOIN LATERAL (SELECT keys FROM search WHERE record_id = g.id LIMIT 1) s
              LEFT JOIN LATERAL (SELECT keys FROM role_late WHERE record_id = g.id LIMIT 1) o ON true
            OFFSET 0) n
     WHERE NOT n.has @> n.keys
    ON CONFLICT (record_id) DO UPDATE SET keys = l.keys || excluded.keys;

    SELECT array_agg(w.id), array_agg(w.code) INTO lost_ids, lost_codes
      FROM (SELECT * FROM unnest(p_old_ids, p_old_codes)
            EXCEPT
            SELECT * FROM unnest(p_ids, p_codes)) w(id, code)
     WHERE w.id IS NOT NULL;
    IF lost_ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM cc_roles_settle(lost_ids);
    UPDATE search s
       SET keys = ARRAY(SELECT k FROM unnest(s.keys) k WHERE k <> ALL (g.keys)
                            OR k IN (SELECT unnest(r.keys) FROM cc_roles_of(ARRAY[g.id]) r) ORDER BY k)
      FROM (SELECT u.id, array_agg(DISTINCT f.id) AS keys
              FROM unnest(lost_ids, lost_codes) u(id, code)
              JOIN facet f ON f.name = 'role' AND f.value = u.code GROUP BY 1) g
     WHERE s.record_id = g.id AND s.keys && g.keys;
END
$$;
GRANT EXECUTE ON FUNCTION cc_roles_late(integer[]), cc_role_codes(text, text, text, text), cc_edge_roles(text, text, text, text, text, text)
    TO cc_web, cc_login, cc_job, cc_audit;
