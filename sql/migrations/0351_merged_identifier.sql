-- SPDX-License-Identifier: EUPL-1.2
-- What was merged into another keeps no identifier from it (functions/publish.sql); nobody works on it any more.
DELETE FROM organisation_identifier i USING publication p WHERE p.record_id = i.record_id AND p.state = 'redirected';
-- What pages show of others has an order of its own now (functions/page.sql).
DELETE FROM page;
