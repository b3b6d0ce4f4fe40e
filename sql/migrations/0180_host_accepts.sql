-- SPDX-License-Identifier: EUPL-1.2
-- The host of a partnership speaks for it, too: what it publishes counts, so it may own a commitment to the
-- partnership that others made, by which it accepts what they tell.
CREATE OR REPLACE FUNCTION cc_commitment_may_own(p_id text, p_organisation text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM commitment_maker m WHERE m.record_id = p_id AND m.organisation = p_organisation)
        OR EXISTS (SELECT FROM commitment c JOIN record p ON p.id = c.partnership
                    WHERE c.record_id = p_id AND p.owner_org = p_organisation)
        OR EXISTS (SELECT FROM commitment c JOIN promise_side s ON s.partnership_id = c.partnership
                    WHERE c.record_id = p_id AND s.organisation_id = p_organisation)
$$;
