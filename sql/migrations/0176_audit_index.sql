-- SPDX-License-Identifier: EUPL-1.2
-- The administrator reads the audit log by person and by kind of event. Imports have no person, and what they
-- write most often is found from the end of the log: neither costs them an entry here.
CREATE INDEX audit_event_person_i ON audit_event (person, id) WHERE person IS NOT NULL;
CREATE INDEX audit_event_action_i ON audit_event (action, id) WHERE action <> 'record.published';
