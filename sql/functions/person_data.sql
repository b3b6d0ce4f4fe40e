-- SPDX-License-Identifier: EUPL-1.2
-- What is kept about a person, for `concord person`: the columns that hold the number of one (the table of
-- docs/personal-data.md; a test compares) and what becomes of them when the person goes. 'kept': what was done
-- stays told, the number then leads to nobody.
CREATE OR REPLACE FUNCTION cc_person_places() RETURNS TABLE (place text, field text, end_is text)
LANGUAGE sql IMMUTABLE SET search_path = concord, pg_temp
AS $$
    VALUES ('person', 'id', 'deleted'),
           ('person_org', 'person', 'deleted'), ('person_org', 'granted_by', 'emptied'),
           ('record_role', 'person', 'deleted'), ('record_role', 'granted_by', 'emptied'),
           ('session', 'person', 'deleted'), ('once_key', 'person', 'deleted'),
           ('record', 'created_by', 'emptied'), ('record', 'changed_by', 'emptied'),
           ('organisation_confirmation', 'asked_by', 'kept'), ('organisation_confirmation', 'decided_by', 'kept'),
           ('consent_event', 'person', 'kept'), ('audit_event', 'person', 'kept')
$$;

-- The one person of an internal number, a subject or a login name.
CREATE OR REPLACE FUNCTION cc_person_meant(p_who text) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    ids uuid[] := ARRAY(SELECT id FROM person WHERE id::text = lower(p_who) OR subject = p_who);
BEGIN
    IF NOT cc_is_service() THEN
        RAISE EXCEPTION 'only the registry itself may ask' USING ERRCODE = 'CC403';
    END IF;
    IF ids = '{}' THEN
        ids := ARRAY(SELECT id FROM person WHERE lower(login) = lower(p_who));
    END IF;
    IF ids = '{}' THEN
        RAISE EXCEPTION 'nobody is known as "%"', p_who USING ERRCODE = 'CC404';
    END IF;
    IF cardinality(ids) > 1 THEN
        RAISE EXCEPTION 'several people have the login "%": name one of the numbers %', p_who,
            array_to_string(ids, ', ') USING ERRCODE = 'CC001';
    END IF;
    RETURN ids[1];
END
$$;

-- What others did to the person, by the audit trail: it keeps numbers in words, too.
CREATE OR REPLACE FUNCTION cc_person_events(p_who uuid) RETURNS SETOF audit_event
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT * FROM audit_event WHERE (object = p_who::text OR detail->>'person' = p_who::text)
                                AND person IS DISTINCT FROM p_who
$$;

-- A row of the audit trail without the numbers of others that stand in its words.
CREATE OR REPLACE FUNCTION cc_person_alone(p_row jsonb, p_who uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT CASE WHEN p_row->'detail'->>'person' <> p_who::text THEN r.row #- '{detail,person}' ELSE r.row END
      FROM (SELECT CASE WHEN p_row->>'action' IN ('login.ended-by-administrator', 'person.erase')
                         AND p_row->>'object' <> p_who::text THEN p_row - 'object' ELSE p_row END) r(row)
$$;

-- Every row that holds the person's number; keys of sessions and forms are left out, so are other people.
CREATE OR REPLACE FUNCTION cc_person_export(p_who text) RETURNS TABLE (place text, field text, content text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who uuid := cc_person_meant(p_who);
    numbers text[] := ARRAY(SELECT DISTINCT p.field FROM cc_person_places() p WHERE p.field <> 'id');
BEGIN
    FOR place, field IN SELECT p.place, p.field FROM cc_person_places() p LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %1$L, %2$L, cc_person_alone(to_jsonb(t) - array_remove($2, %2$L::text)'
            ' - ARRAY[''token_hash'', ''previous_hash'', ''csrf_key'', ''key'', ''locked_in'', ''kept_in''], $1)::text'
            '  FROM %1$I t WHERE %2$I = $1', place, field) USING who, numbers;
    END LOOP;
    RETURN QUERY SELECT 'audit_event'::text, CASE e.object WHEN who::text THEN 'object' ELSE 'detail' END,
                        (to_jsonb(e) - 'person'::text)::text
                   FROM cc_person_events(who) e ORDER BY e.id;
END
$$;

-- Removes the person: how many rows of each place were deleted, emptied or kept.
CREATE OR REPLACE FUNCTION cc_person_erase(p_who text) RETURNS TABLE (place text, field text, end_is text, number bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    who uuid := cc_person_meant(p_who);
    p record;
BEGIN
    PERFORM FROM person WHERE id = who FOR UPDATE;
    FOR p IN SELECT * FROM cc_person_places() x ORDER BY x.place = 'person' LOOP
        IF p.end_is = 'deleted' THEN
            EXECUTE format('DELETE FROM %I WHERE %I = $1', p.place, p.field) USING who;
        ELSIF p.end_is = 'emptied' THEN
            EXECUTE format('UPDATE %1$I SET %2$I = NULL WHERE %2$I = $1', p.place, p.field) USING who;
        ELSE
            EXECUTE format('SELECT FROM %I WHERE %I = $1', p.place, p.field) USING who;
        END IF;
        GET DIAGNOSTICS number = ROW_COUNT;
        place := p.place;
        field := p.field;
        end_is := p.end_is;
        RETURN NEXT;
    END LOOP;
    place := 'audit_event';
    end_is := 'kept';
    FOR field, number IN
        SELECT w.field, count(e.id)
          FROM (VALUES ('object'), ('detail')) w(field)
          LEFT JOIN cc_person_events(who) e ON (e.object = who::text) = (w.field = 'object')
         GROUP BY 1 ORDER BY 1
    LOOP
        RETURN NEXT;
    END LOOP;
    INSERT INTO audit_event (action, object) VALUES ('person.erase', who::text);
END
$$;
GRANT EXECUTE ON FUNCTION cc_person_export(text), cc_person_erase(text) TO cc_job;
