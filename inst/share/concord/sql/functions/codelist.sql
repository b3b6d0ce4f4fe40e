-- SPDX-License-Identifier: EUPL-1.2
-- One code list as JSON: {"name","version","source","titles":{},"items":[{"code","names":{},
-- "definitions":{},"maps":{},"withdrawn"}]}. Codes that are no longer in the list are kept, withdrawn
-- on the day of the new version. Answers how many codes there are now.
CREATE OR REPLACE FUNCTION cc_codelist_load(p_list jsonb, p_document text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    list_name text := p_list->>'name';
BEGIN
    INSERT INTO codelist (name, version, source, titles, document)
    VALUES (list_name, p_list->>'version', p_list->>'source', p_list->'titles', p_document)
    ON CONFLICT (name) DO UPDATE
        SET version = EXCLUDED.version, source = EXCLUDED.source, titles = EXCLUDED.titles,
            document = EXCLUDED.document, loaded_at = now();
    UPDATE code SET withdrawn_on = p_list->>'version'
     WHERE list = list_name AND withdrawn_on IS NULL
       AND code NOT IN (SELECT i->>'code' FROM jsonb_array_elements(p_list->'items') i);
    INSERT INTO code (list, code, position, names, definitions, maps, withdrawn_on)
    SELECT list_name, i->>'code', place, coalesce(i->'names', '{}'), coalesce(i->'definitions', '{}'),
           coalesce(i->'maps', '{}'), i->>'withdrawn'
      FROM jsonb_array_elements(p_list->'items') WITH ORDINALITY AS x(i, place)
    ON CONFLICT (list, code) DO UPDATE
        SET position = EXCLUDED.position, names = EXCLUDED.names, definitions = EXCLUDED.definitions,
            maps = EXCLUDED.maps, withdrawn_on = EXCLUDED.withdrawn_on;
    RETURN (SELECT count(*) FROM code WHERE list = list_name);
END
$$;
GRANT EXECUTE ON FUNCTION cc_codelist_load(jsonb, text) TO cc_job, cc_migrate;
