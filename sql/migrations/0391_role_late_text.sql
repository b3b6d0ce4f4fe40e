-- SPDX-License-Identifier: EUPL-1.2
-- As in all other tables: records are joined by this, and an index of another collation is no use for that.
ALTER TABLE role_late ALTER record_id TYPE text COLLATE "default";
