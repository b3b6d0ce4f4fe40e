-- SPDX-License-Identifier: EUPL-1.2
-- What an import of IATI leaves beside the record that it made.

-- p_kept: [{"element":"budget","items":3,"xml":"<budget .../>..."}]
CREATE OR REPLACE FUNCTION cc_iati_store(p_id text, p_kind text, p_identifier text, p_key text, p_digest text,
                                         p_reader text, p_updated text, p_unmatched jsonb, p_kept jsonb)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO concord.iati_source (record_id, kind, identifier, key, digest, reader, updated, unmatched)
    VALUES (p_id, p_kind, p_identifier, p_key, p_digest, p_reader, p_updated,
            ARRAY(SELECT jsonb_array_elements_text(p_unmatched)))
    ON CONFLICT (record_id) DO UPDATE
        SET identifier = excluded.identifier, key = excluded.key, digest = excluded.digest,
            reader = excluded.reader, updated = excluded.updated, unmatched = excluded.unmatched,
            imported_at = now();
    DELETE FROM concord.iati_kept WHERE record_id = p_id;
    INSERT INTO concord.iati_kept (record_id, position, element, items, xml)
    SELECT p_id, place, k->>'element', (k->>'items')::integer, k->>'xml'
      FROM jsonb_array_elements(p_kept) WITH ORDINALITY AS x(k, place);
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION cc_iati_store(text, text, text, text, text, text, text, jsonb, jsonb) TO cc_web, cc_job;
