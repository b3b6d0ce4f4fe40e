-- SPDX-License-Identifier: EUPL-1.2
-- The member projection is made of the edges of memberships and what `search` holds of constituencies and of what
-- organisations are sorted by; its counts of itself. Publishing keeps both as they would be made anew, under
-- the feed's lock.
CREATE OR REPLACE FUNCTION cc_constituency(p_facets jsonb) RETURNS TABLE (main text, every text[])
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(substr(c.v->>0, strpos(c.v->>0, ' ') + 1), ''),
           ARRAY(SELECT jsonb_array_elements_text(c.v))
      FROM (SELECT p_facets->'constituency') c(v)
$$;

-- Names in all languages, folded. A function, and a cheap one by what it says of itself: a list of which no word is asked
-- does not call it, and must not be planned anew each time for what that would cost.
CREATE OR REPLACE FUNCTION cc_member_is_named(p_organisation text, p_like text) RETURNS boolean
LANGUAGE plpgsql STABLE COST 1
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM concord.search_name s WHERE s.record_id = p_organisation AND s.names LIKE p_like);
END
$$;
GRANT EXECUTE ON FUNCTION cc_member_is_named(text, text) TO cc_web;

DROP FUNCTION IF EXISTS cc_rows_member();
CREATE OR REPLACE FUNCTION cc_rows_member()
RETURNS TABLE (membership_id text, partnership_id text, organisation_id text, state text, roles text,
               organisation_name text, constituency text, constituencies text[])
LANGUAGE sql STABLE
AS $$
    SELECT part.from_id, part.to_id, org.to_id, part.state, part.role, coalesce(o.sort_key, ''), c.main, c.every
      FROM edge part
      JOIN edge org ON org.from_id = part.from_id AND org.field = 'organisation'
      LEFT JOIN search o ON o.record_id = org.to_id
      LEFT JOIN search s ON s.record_id = part.from_id
     CROSS JOIN LATERAL cc_constituency(s.facets) c
     WHERE part.kind = 'membership' AND part.field = 'partnership'
$$;

CREATE OR REPLACE FUNCTION cc_rows_member_count()
RETURNS TABLE (partnership_id text, state text, members bigint)
LANGUAGE sql STABLE
AS $$ SELECT m.partnership_id, m.state, count(*) FROM member m GROUP BY 1, 2 $$;

DROP FUNCTION IF EXISTS cc_project_member(text, text, jsonb), cc_member_count_add(text, text, integer);

-- All rows of a batch, behind its edges and its rows of `search`.
CREATE OR REPLACE FUNCTION cc_member_place(p_batch jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    of_organisations text[] := ARRAY(SELECT DISTINCT b->>'id' FROM jsonb_array_elements(p_batch) b
                                      WHERE b->>'kind' = 'organisation');
    of_memberships text[] := ARRAY(SELECT DISTINCT b->>'id' FROM jsonb_array_elements(p_batch) b
                                    WHERE b->>'kind' = 'membership');
    were_in text[]; -- partnerships, and with which state
    were_states text[];
BEGIN
    IF of_organisations <> '{}' THEN
        UPDATE member m SET organisation_name = n.name
          FROM (SELECT o.id, coalesce((SELECT sort_key FROM search WHERE record_id = o.id), '') AS name
                  FROM unnest(of_organisations) o(id)) n
         WHERE m.organisation_id = n.id AND m.organisation_name <> n.name;
    END IF;
    IF of_memberships = '{}' THEN
        RETURN;
    END IF;
    WITH gone AS (DELETE FROM member WHERE membership_id = ANY (of_memberships) RETURNING partnership_id, state)
    SELECT array_agg(partnership_id), array_agg(state) INTO were_in, were_states FROM gone;
    WITH made AS (
        INSERT INTO member (membership_id, partnership_id, organisation_id, state, roles, organisation_name,
                            constituency, constituencies)
        SELECT i.id, part.to_id, org.to_id, part.state, part.role, coalesce(n.name, ''), c.main, c.every
          FROM unnest(of_memberships) i(id)
         CROSS JOIN LATERAL (SELECT to_id, state, role FROM edge WHERE from_id = i.id AND field = 'partnership' LIMIT 1) part
         CROSS JOIN LATERAL (SELECT to_id FROM edge WHERE from_id = i.id AND field = 'organisation' LIMIT 1) org
          LEFT JOIN LATERAL (SELECT sort_key AS name FROM search WHERE record_id = org.to_id LIMIT 1) n ON true
          LEFT JOIN LATERAL (SELECT facets FROM search WHERE record_id = i.id LIMIT 1) s ON true
         CROSS JOIN LATERAL cc_constituency(s.facets) c
        RETURNING partnership_id, state)
    INSERT INTO member_count AS c (partnership_id, state, members)
    SELECT partnership_id, state, sum(one)
      FROM (SELECT partnership_id, state, 1 AS one FROM made
            UNION ALL
            SELECT partnership_id, state, -1 FROM unnest(were_in, were_states) w(partnership_id, state)) x
     GROUP BY 1, 2 HAVING sum(one) <> 0
    ON CONFLICT (partnership_id, state) DO UPDATE SET members = c.members + excluded.members;
    DELETE FROM member_count WHERE partnership_id = ANY (were_in) AND members = 0;
END
$$;
