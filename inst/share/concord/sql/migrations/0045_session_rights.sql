-- SPDX-License-Identifier: EUPL-1.2
-- Whose rights are changed gets a new token with the next answer: cc_session_keep() finds it due.
CREATE FUNCTION cc_session_rights() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    -- The owner of a record that they make themselves: no change, and an import makes thousands.
    IF TG_OP <> 'DELETE' AND NEW.granted_by = NEW.person THEN
        RETURN NULL;
    END IF;
    UPDATE session SET rotated_at = '-infinity'
     WHERE person = coalesce(NEW.person, OLD.person) AND rotated_at <> '-infinity';
    RETURN NULL;
END
$$;
CREATE TRIGGER person_org_session AFTER INSERT OR UPDATE OR DELETE ON person_org
    FOR EACH ROW EXECUTE FUNCTION cc_session_rights();
CREATE TRIGGER record_role_session AFTER INSERT OR UPDATE OR DELETE ON record_role
    FOR EACH ROW EXECUTE FUNCTION cc_session_rights();
