-- SPDX-License-Identifier: EUPL-1.2
-- What an import of IATI leaves beside the records that it made.

-- p_batch: [{"id":"A..","kind":"activity","identifier":"XM-1","key":"xm-1","digest":"..","reader":"..",
--            "updated":"..","unmatched":[".."],"kept":[{"element":"budget","items":3,"xml":"<budget .../>.."}]}]
CREATE OR REPLACE FUNCTION cc_iati_store(p_batch jsonb) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO concord.iati_source (record_id, kind, identifier, key, digest, reader, updated, unmatched)
    SELECT b->>'id', b->>'kind', b->>'identifier', b->>'key', b->>'digest', b->>'reader', b->>'updated',
           ARRAY(SELECT jsonb_array_elements_text(b->'unmatched'))
      FROM jsonb_array_elements(p_batch) b
    ON CONFLICT (record_id) DO UPDATE
        SET identifier = excluded.identifier, key = excluded.key, digest = excluded.digest,
            reader = excluded.reader, updated = excluded.updated, unmatched = excluded.unmatched,
            imported_at = now();
    DELETE FROM concord.iati_kept
     WHERE record_id = ANY (ARRAY(SELECT b->>'id' FROM jsonb_array_elements(p_batch) b));
    INSERT INTO concord.iati_kept (record_id, position, element, items, xml)
    SELECT b->>'id', place, k->>'element', (k->>'items')::integer, k->>'xml'
      FROM jsonb_array_elements(p_batch) b, jsonb_array_elements(b->'kept') WITH ORDINALITY AS x(k, place);
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION cc_iati_store(jsonb) TO cc_web, cc_job;
