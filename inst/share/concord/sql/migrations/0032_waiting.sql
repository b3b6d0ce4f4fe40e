-- SPDX-License-Identifier: EUPL-1.2
-- Memberships become public with their partnership, and the full set is written once a day, by
-- `concord work`. What cannot be published is tried again later, so it does not stop the others.
ALTER TABLE publication_wait ADD COLUMN due_at timestamptz NOT NULL DEFAULT now();

INSERT INTO job (name, lane, period) VALUES
    ('publish-waiting', 'periodic', '2 seconds'),
    ('full-set', 'periodic', '1 day');
