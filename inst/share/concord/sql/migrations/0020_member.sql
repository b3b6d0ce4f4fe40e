-- SPDX-License-Identifier: EUPL-1.2
-- Who is in which partnership, as published: a projection of memberships. A partnership of 20,000
-- members is listed, searched and counted from here by index.
CREATE TABLE member (
    membership_id text PRIMARY KEY,
    partnership_id text NOT NULL,
    organisation_id text NOT NULL,
    state text NOT NULL,                -- consent
    roles text NOT NULL DEFAULT '',     -- codes separated by blanks
    organisation_name text NOT NULL DEFAULT '', -- lower case, to sort and search by
    CONSTRAINT fk_member_publication FOREIGN KEY (membership_id) REFERENCES publication (record_id)
);
CREATE INDEX member_partnership_i ON member (partnership_id, state, organisation_name, membership_id);
CREATE INDEX member_name_i ON member (partnership_id, organisation_name, membership_id);
CREATE INDEX member_organisation_i ON member (organisation_id, state, membership_id);

-- So that no page counts 20,000 rows.
CREATE TABLE member_count (
    partnership_id text NOT NULL,
    state text NOT NULL,
    members bigint NOT NULL,
    PRIMARY KEY (partnership_id, state)
);
GRANT SELECT ON member, member_count TO cc_web, cc_login, cc_job, cc_audit;
