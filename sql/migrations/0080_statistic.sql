-- SPDX-License-Identifier: EUPL-1.2
-- What charts and the pages of goals and countries show: counted by `concord work` when something was
-- published, so that no page counts a million records. Written by cc_statistics_count() alone.

-- How many published records of a kind are about something. Subject 'kind' with code '' counts
-- all of a kind; kind 'organisation' of goals and targets are the confirmed members of such
-- partnerships, each once.
CREATE TABLE statistic (
    subject text NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    records bigint NOT NULL,
    PRIMARY KEY (subject, code, kind)
);
-- Which organisation works on a goal or target through how many partnerships that it confirmed.
CREATE TABLE engagement (
    subject text NOT NULL,
    code text NOT NULL,
    organisation_id text NOT NULL,
    partnerships bigint NOT NULL,
    PRIMARY KEY (subject, code, organisation_id)
);
CREATE INDEX engagement_most_i ON engagement (subject, code, partnerships DESC, organisation_id);
-- Which organisations are confirmed members of the same partnerships: the strongest pairs among those
-- with most memberships.
CREATE TABLE collaboration (
    organisation_a text NOT NULL,
    organisation_b text NOT NULL,
    partnerships bigint NOT NULL,
    PRIMARY KEY (organisation_a, organisation_b),
    CONSTRAINT ck_collaboration_order CHECK (organisation_a < organisation_b)
);
-- What of the feed is counted, when, and how long that took.
CREATE TABLE statistic_head (
    id boolean PRIMARY KEY DEFAULT true,
    position bigint NOT NULL,
    counted_at timestamptz NOT NULL,
    took interval NOT NULL,
    CONSTRAINT ck_statistic_head_one CHECK (id)
);
INSERT INTO statistic_head (position, counted_at, took) VALUES (0, '2000-01-01 00:00:00Z', '0');

GRANT SELECT ON statistic, engagement, collaboration, statistic_head
    TO cc_web, cc_login, cc_job, cc_audit;

INSERT INTO job (name, lane, period) VALUES ('statistics', 'periodic', '20 seconds');
