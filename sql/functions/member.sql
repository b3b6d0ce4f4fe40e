-- SPDX-License-Identifier: EUPL-1.2
-- The member projection is made of the edges of memberships, the names of organisations and what `search`
-- holds of constituencies; its counts of itself. Publishing keeps both as they would be made anew, under
-- the feed's lock.
CREATE OR REPLACE FUNCTION cc_constituency(p_facets jsonb) RETURNS TABLE (main text, every text[])
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(substr(c.v->>0, strpos(c.v->>0, ' ') + 1), ''),
           ARRAY(SELECT jsonb_array_elements_text(c.v))
      FROM (SELECT p_facets->'constituency') c(v)
$$;

DROP FUNCTION IF EXISTS cc_rows_member();
CREATE OR REPLACE FUNCTION cc_rows_member()
RETURNS TABLE (membership_id text, partnership_id text, organisation_id text, state text, roles text,
               organisation_name text, constituency text, constituencies text[])
LANGUAGE sql STABLE
AS $$
    SELECT part.from_id, part.to_id, org.to_id, part.state, part.role, coalesce(lower(n.title), ''), c.main, c.every
      FROM edge part
      JOIN edge org ON org.from_id = part.from_id AND org.field = 'organisation'
      LEFT JOIN record_name n ON n.record_id = org.to_id AND n.place = 1
      LEFT JOIN search s ON s.record_id = part.from_id
     CROSS JOIN LATERAL cc_constituency(s.facets) c
     WHERE part.kind = 'membership' AND part.field = 'partnership'
$$;

CREATE OR REPLACE FUNCTION cc_rows_member_count()
RETURNS TABLE (partnership_id text, state text, members bigint)
LANGUAGE sql STABLE
AS $$ SELECT m.partnership_id, m.state, count(*) FROM member m GROUP BY 1, 2 $$;

CREATE OR REPLACE FUNCTION cc_member_count_add(p_partnership text, p_state text, p_by integer) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO member_count (partnership_id, state, members) VALUES (p_partnership, p_state, p_by)
    ON CONFLICT (partnership_id, state)
    DO UPDATE SET members = member_count.members + EXCLUDED.members;
    IF p_by < 0 THEN
        DELETE FROM member_count WHERE partnership_id = p_partnership AND state = p_state AND members = 0;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION cc_project_member(p_id text, p_kind text, p_projection jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    was_partnership text;
    was_state text;
    now_partnership text;
    now_state text;
    now_roles text;
    now_organisation text;
BEGIN
    IF p_kind = 'organisation' THEN
        UPDATE member SET organisation_name = coalesce(lower(p_projection->'names'->0->>'title'), '')
         WHERE organisation_id = p_id
           AND organisation_name <> coalesce(lower(p_projection->'names'->0->>'title'), '');
        RETURN;
    ELSIF p_kind <> 'membership' THEN
        RETURN;
    END IF;
    DELETE FROM member WHERE membership_id = p_id
    RETURNING partnership_id, state INTO was_partnership, was_state;
    SELECT e->>'to', coalesce(e->>'state', ''), coalesce(e->>'role', '')
      INTO now_partnership, now_state, now_roles
      FROM jsonb_array_elements(p_projection->'edges') e WHERE e->>'field' = 'partnership';
    SELECT e->>'to' INTO now_organisation
      FROM jsonb_array_elements(p_projection->'edges') e WHERE e->>'field' = 'organisation';
    IF now_partnership IS NULL OR now_organisation IS NULL THEN
        now_partnership := NULL; -- withdrawn
    ELSE
        INSERT INTO member (membership_id, partnership_id, organisation_id, state, roles, organisation_name,
                            constituency, constituencies)
        SELECT p_id, now_partnership, now_organisation, now_state, now_roles,
               coalesce((SELECT lower(title) FROM record_name
                          WHERE record_id = now_organisation AND place = 1), ''), c.main, c.every
          FROM cc_constituency(p_projection->'search'->'facets') c;
    END IF;
    IF (was_partnership, was_state) IS DISTINCT FROM (now_partnership, now_state) THEN
        IF was_partnership IS NOT NULL THEN
            PERFORM cc_member_count_add(was_partnership, was_state, -1);
        END IF;
        IF now_partnership IS NOT NULL THEN
            PERFORM cc_member_count_add(now_partnership, now_state, 1);
        END IF;
    END IF;
END
$$;
