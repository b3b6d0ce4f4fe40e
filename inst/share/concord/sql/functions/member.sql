-- SPDX-License-Identifier: EUPL-1.2
-- The member projection follows what is published; called by cc_publish_append() under the
-- feed's lock.
CREATE OR REPLACE FUNCTION cc_member_count_add(p_partnership text, p_state text, p_by integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    INSERT INTO member_count (partnership_id, state, members) VALUES (p_partnership, p_state, p_by)
    ON CONFLICT (partnership_id, state)
    DO UPDATE SET members = member_count.members + EXCLUDED.members
$$;

CREATE OR REPLACE FUNCTION cc_project_member(p_id text, p_kind text, p_projection jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    was member;
    now_partnership text;
    now_state text;
    now_roles text;
    now_organisation text;
BEGIN
    IF p_kind = 'organisation' THEN
        UPDATE member SET organisation_name = coalesce(lower(p_projection->'names'->0->>'title'), '')
         WHERE organisation_id = p_id;
        RETURN;
    ELSIF p_kind <> 'membership' THEN
        RETURN;
    END IF;
    DELETE FROM member WHERE membership_id = p_id RETURNING * INTO was;
    IF FOUND THEN
        PERFORM cc_member_count_add(was.partnership_id, was.state, -1);
    END IF;
    SELECT e->>'to', coalesce(e->>'state', ''), coalesce(e->>'role', '')
      INTO now_partnership, now_state, now_roles
      FROM jsonb_array_elements(p_projection->'edges') e WHERE e->>'field' = 'partnership';
    SELECT e->>'to' INTO now_organisation
      FROM jsonb_array_elements(p_projection->'edges') e WHERE e->>'field' = 'organisation';
    IF now_partnership IS NULL OR now_organisation IS NULL THEN
        RETURN; -- withdrawn
    END IF;
    INSERT INTO member (membership_id, partnership_id, organisation_id, state, roles, organisation_name)
    VALUES (p_id, now_partnership, now_organisation, now_state, now_roles,
            coalesce((SELECT lower(title) FROM record_name
                       WHERE record_id = now_organisation AND place = 1), ''));
    PERFORM cc_member_count_add(now_partnership, now_state, 1);
END
$$;
