-- SPDX-License-Identifier: EUPL-1.2
-- The events that stand in no link yet, noted in the transaction that writes them: chaining reads these and
-- nothing else, and one that is committed late or out of order is not missed.
CREATE TABLE audit_unchained (
    event_id bigint PRIMARY KEY -- no foreign key: only the trigger writes it
);
CREATE FUNCTION cc_audit_note_unchained() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    INSERT INTO audit_unchained SELECT id FROM written;
    RETURN NULL;
END
$$;
-- Its lock waits for whoever writes events now; what they wrote is noted below.
CREATE TRIGGER audit_event_unchained AFTER INSERT ON audit_event REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION cc_audit_note_unchained();
INSERT INTO audit_unchained
SELECT e.id FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.event_id = e.id);
