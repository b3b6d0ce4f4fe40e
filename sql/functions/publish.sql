-- SPDX-License-Identifier: EUPL-1.2
-- Publishing. Everything the world reads is written here and nowhere else.

-- The last statement of a publishing transaction: one lock, the next position, a stamp that never goes
-- back, the registry chain's next link. Commit must follow at once, because the lock is held until
-- then: so positions are in order of commit and without gaps. The caller has locked the working record by
-- cc_record_lock() in this transaction. Refused with
--   CC001  another revision has come in between, or the record was not locked here
--   CC403  the asker may not publish this record
--   CC004  the revision contradicts itself (a mistake of the program)
-- Services may bring a revision whose content or note was redacted where it comes from: NULL.
CREATE OR REPLACE FUNCTION cc_publish_append(
    p_id text, p_kind text, p_number integer, p_state text, p_schema text,
    p_content text, p_content_sha256 text, p_seal text, p_seal_sha256 text,
    p_note text, p_note_sha256 text, p_previous_seal_sha256 text,
    p_publisher text, p_redirect_to text, p_sealed_at timestamptz, p_projection jsonb)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    working record;
    newest publication;
    head feed_head;
    batch jsonb := jsonb_build_array(jsonb_build_object('id', p_id, 'kind', p_kind, 'projection',
        CASE WHEN p_state = 'published' THEN p_projection END));
    words tsvector[];
BEGIN
    SELECT * INTO working FROM record WHERE id = p_id;
    IF NOT FOUND THEN
        -- Foreign records are kept without a working copy; only services bring them.
        IF NOT cc_is_service() THEN
            RAISE EXCEPTION 'record "%" does not exist', p_id USING ERRCODE = 'CC404';
        END IF;
    ELSE
        -- Of a membership nothing but what was asked can be published (cc_consent_guard()), so whoever
        -- may ask may also make that public.
        IF NOT (cc_may_publish(p_id)
                OR (working.kind = 'membership' AND p_state = 'published' AND cc_may_change(p_id)))
           OR NOT (cc_ctx_all()
                   OR p_publisher IN (working.owner_org, coalesce(working.other_org, working.owner_org))) THEN
            RAISE EXCEPTION 'record "%" may not be published', p_id USING ERRCODE = 'CC403';
        END IF;
        IF working.locked_in IS DISTINCT FROM pg_current_xact_id() THEN
            RAISE EXCEPTION 'record "%" was not locked before it was published', p_id
                USING ERRCODE = 'CC001';
        END IF;
        IF working.kind <> p_kind THEN
            RAISE EXCEPTION 'record "%" is no %', p_id, p_kind USING ERRCODE = 'CC004';
        END IF;
    END IF;
    SELECT * INTO newest FROM publication WHERE record_id = p_id FOR UPDATE;
    IF coalesce(newest.revision, 0) + 1 <> p_number
       OR newest.seal_sha256 IS DISTINCT FROM p_previous_seal_sha256 THEN
        RAISE EXCEPTION 'revision % of record "%" does not follow the newest', p_number, p_id
            USING ERRCODE = 'CC001';
    END IF;
    IF encode(sha256(convert_to(p_seal, 'UTF8')), 'hex') IS DISTINCT FROM p_seal_sha256
       OR (NOT (p_content IS NULL AND cc_is_service())
           AND encode(sha256(convert_to(p_content, 'UTF8')), 'hex') IS DISTINCT FROM p_content_sha256)
       OR (NOT (p_note IS NULL AND cc_is_service())
           AND encode(sha256(convert_to(p_note, 'UTF8')), 'hex') IS DISTINCT FROM p_note_sha256)
       OR (p_state = 'published') IS DISTINCT FROM (p_content_sha256 IS NOT NULL)
       OR p_kind <> coalesce(newest.kind, p_kind) THEN
        RAISE EXCEPTION 'revision % of record "%" contradicts itself', p_number, p_id
            USING ERRCODE = 'CC004';
    END IF;
    -- Who counts as a member follows from the projection: it says what the content says, of the two
    -- that the record is about. (Services make both from the document.)
    IF p_kind = 'membership' AND p_state = 'published' AND NOT cc_is_service()
       AND EXISTS (SELECT FROM jsonb_array_elements(p_projection->'edges') e
                    WHERE e->>'field' IN ('partnership', 'organisation')
                      AND (coalesce(e->>'state', '') <>
                               coalesce(substring(p_content FROM '<consent [^>]*state="([a-z]+)"'), '')
                           OR e->>'to' IS DISTINCT FROM CASE e->>'field'
                                  WHEN 'partnership' THEN working.parent ELSE working.other_org END)) THEN
        RAISE EXCEPTION 'the projection of membership "%" is not what it says', p_id
            USING ERRCODE = 'CC004';
    END IF;

    -- The slow part (text indexes) first: from the feed's lock on, everybody else waits.
    words := cc_project(batch);
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    SELECT * INTO head FROM feed_head;
    head.position := head.position + 1;
    head.stamp := greatest(clock_timestamp(), head.stamp);
    head.link := encode(sha256(convert_to(head.link || p_seal_sha256, 'UTF8')), 'hex');

    INSERT INTO revision (record_id, number, kind, state, schema, content, content_sha256, seal,
                          seal_sha256, note, note_sha256, previous_seal_sha256, publisher,
                          redirect_to, sealed_at, stamp, position)
    VALUES (p_id, p_number, p_kind, p_state, p_schema, p_content, p_content_sha256, p_seal,
            p_seal_sha256, p_note, p_note_sha256, p_previous_seal_sha256, p_publisher,
            p_redirect_to, p_sealed_at, head.stamp, head.position);
    INSERT INTO publication (record_id, kind, state, revision, schema, content, content_sha256, seal,
                             seal_sha256, note, note_sha256, redirect_to, published_at, position,
                             link, stamp)
    VALUES (p_id, p_kind, p_state, p_number, p_schema, p_content, p_content_sha256, p_seal,
            p_seal_sha256, p_note, p_note_sha256, p_redirect_to, head.stamp, head.position,
            head.link, cc_iso(head.stamp))
    ON CONFLICT (record_id) DO UPDATE
        SET state = excluded.state, revision = excluded.revision, schema = excluded.schema,
            content = excluded.content, content_sha256 = excluded.content_sha256,
            seal = excluded.seal, seal_sha256 = excluded.seal_sha256, note = excluded.note,
            note_sha256 = excluded.note_sha256, redirect_to = excluded.redirect_to,
            published_at = excluded.published_at, position = excluded.position,
            link = excluded.link, stamp = excluded.stamp;
    PERFORM cc_project_placed(batch, words, head.position);
    INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link)
    VALUES (head.position, head.stamp, p_id, p_kind, p_number, p_state, p_seal_sha256, head.link);
    UPDATE feed_head SET position = head.position, stamp = head.stamp, link = head.link;
    INSERT INTO audit_event (action, object, detail)
    VALUES ('record.' || p_state, p_id,
            jsonb_build_object('revision', p_number, 'seal', p_seal_sha256, 'position', head.position));
    RETURN head.position;
END
$$;
GRANT EXECUTE ON FUNCTION cc_publish_append(text, text, integer, text, text, text, text, text, text,
    text, text, text, text, text, timestamptz, jsonb) TO cc_web, cc_job;
