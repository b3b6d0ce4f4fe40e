-- SPDX-License-Identifier: EUPL-1.2
-- The facet `role`: in `search.keys` of a partnership, activity or commitment the roles that organisations
-- have in it; of an organisation the roles that it has. It is made of `edge`, of other records' too.
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

-- The roles of those that a batch names or named: who has which role by what it says, who had which by
-- what it said. Rows are written only where a role is the first of its kind or was the last.
DROP FUNCTION IF EXISTS cc_roles_place(jsonb, text[], text[]);
CREATE OR REPLACE FUNCTION cc_roles_place(p_ids text[], p_codes text[], p_old_ids text[], p_old_codes text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE search s SET keys = ARRAY(SELECT unnest(s.keys) UNION SELECT unnest(n.keys) ORDER BY 1) -- as cc_keys_join(), without a call
      FROM (SELECT u.id, array_agg(f.id) AS keys FROM unnest(p_ids, p_codes) u(id, code)
              JOIN facet f ON f.name = 'role' AND f.value = u.code GROUP BY 1) n
     WHERE s.record_id = n.id AND NOT s.keys @> n.keys;
    UPDATE search s
       SET keys = ARRAY(SELECT k FROM unnest(s.keys) k WHERE k <> ALL (g.keys)
                            OR k IN (SELECT unnest(r.keys) FROM cc_roles_of(ARRAY[g.id]) r) ORDER BY k)
      FROM (SELECT u.id, array_agg(DISTINCT f.id) AS keys
              FROM (SELECT * FROM unnest(p_old_ids, p_old_codes) w(id, code)
                    EXCEPT
                    SELECT * FROM unnest(p_ids, p_codes)) u
              JOIN facet f ON f.name = 'role' AND f.value = u.code GROUP BY 1) g
     WHERE s.record_id = g.id AND s.keys && g.keys;
END
$$;
GRANT EXECUTE ON FUNCTION cc_role_codes(text, text, text, text), cc_edge_roles(text, text, text, text, text, text)
    TO cc_web, cc_login, cc_job, cc_audit;
