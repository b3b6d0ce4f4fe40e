-- SPDX-License-Identifier: EUPL-1.2
-- Mode restore of imports: what the registry of record redacted goes here, too. One entry of its feed
-- is one entry here, about the content first, then the note. The reason is told there.
CREATE OR REPLACE FUNCTION cc_restore_redaction(p_id text, p_number integer, p_seal_sha256 text,
                                                p_no_content boolean, p_no_note boolean)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    target revision;
    head feed_head;
    v_what text;
BEGIN
    IF NOT cc_is_service() THEN
        RAISE EXCEPTION 'only the registry itself may redact' USING ERRCODE = 'CC403';
    END IF;
    SELECT * INTO target FROM revision WHERE record_id = p_id AND number = p_number
       AND seal_sha256 = p_seal_sha256;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'record "%" has no such revision %', p_id, p_number USING ERRCODE = 'CC404';
    END IF;
    SELECT w INTO v_what
      FROM unnest(ARRAY['content', 'note'], ARRAY[p_no_content, p_no_note]) AS x(w, gone)
     WHERE gone AND NOT EXISTS (SELECT FROM redaction r
                                 WHERE r.record_id = p_id AND r.number = p_number AND r.what = w)
     ORDER BY w LIMIT 1;
    IF v_what IS NULL THEN
        RETURN NULL;
    END IF;
    IF v_what = 'content' AND EXISTS (SELECT FROM publication WHERE record_id = p_id
                                         AND state = 'published' AND revision = p_number) THEN
        RAISE EXCEPTION 'revision % of record "%" is the newest', p_number, p_id USING ERRCODE = 'CC001';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    SELECT * INTO head FROM feed_head;
    head.position := head.position + 1;
    head.stamp := greatest(clock_timestamp(), head.stamp);
    head.link := encode(sha256(convert_to(head.link || p_seal_sha256, 'UTF8')), 'hex');
    UPDATE revision
       SET content = CASE WHEN v_what = 'content' THEN NULL ELSE content END,
           note = CASE WHEN v_what = 'note' THEN NULL ELSE note END
     WHERE record_id = p_id AND number = p_number
    RETURNING * INTO target;
    UPDATE feed SET bytes = cc_entry_bytes(target.content, target.seal, target.note)
     WHERE record_id = p_id AND revision = p_number;
    UPDATE publication SET note = NULL
     WHERE v_what = 'note' AND record_id = p_id AND revision = p_number;
    INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link, bytes)
    VALUES (head.position, head.stamp, p_id, target.kind, p_number, 'redacted', p_seal_sha256, head.link,
            cc_entry_bytes(target.content, target.seal, target.note));
    INSERT INTO redaction (record_id, number, what, reason, position)
    VALUES (p_id, p_number, v_what, 'Redacted by the registry that published it.', head.position);
    PERFORM cc_redacted();
    PERFORM cc_merged_redacted(p_id);
    UPDATE feed_head SET position = head.position, stamp = head.stamp, link = head.link;
    INSERT INTO audit_event (action, object, detail)
    VALUES ('record.redact', p_id, jsonb_build_object('from', p_number, 'to', p_number, 'what', v_what,
                                                      'documents', 1));
    RETURN head.position;
END
$$;
GRANT EXECUTE ON FUNCTION cc_restore_redaction(text, integer, text, boolean, boolean) TO cc_job;
