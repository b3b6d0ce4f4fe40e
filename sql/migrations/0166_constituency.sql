-- SPDX-License-Identifier: EUPL-1.2
-- Members by constituency. What is published already gets it by `concord reindex`.
ALTER TABLE member
    ADD constituency text NOT NULL DEFAULT '',     -- in the record's main language: to ask for
    ADD constituencies text[] NOT NULL DEFAULT '{}'; -- language, blank, text: to show; the main one first
CREATE INDEX member_constituency_i ON member (partnership_id, constituency, organisation_name, membership_id)
    WHERE constituency <> '';
