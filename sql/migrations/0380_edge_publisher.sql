-- SPDX-License-Identifier: EUPL-1.2
-- In whose name a reference was published, so that what an organisation says itself and what others say of it
-- are each found by the index, whatever the other holds (queries/points.sql).
ALTER TABLE edge ADD publisher text NOT NULL DEFAULT '';
UPDATE edge e SET publisher = v.publisher
  FROM publication p JOIN revision v ON v.record_id = p.record_id AND v.number = p.revision
 WHERE p.record_id = e.from_id;
DROP INDEX edge_incoming_i;
CREATE INDEX edge_incoming_i ON edge (to_id, kind, field, publisher, from_id) INCLUDE (role)
    WHERE kind <> 'membership';
-- Lists of pages follow that index (functions/page.sql).
DELETE FROM page;
