-- SPDX-License-Identifier: EUPL-1.2
-- Publishing. Everything the world reads is written here and nowhere else.

-- Transactions that are prepared beside each other and published one behind the other: each begins with its
-- turn, by which the next one names it. Turns are transactions, of which there is each once.
CREATE OR REPLACE FUNCTION cc_publish_turn() RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    turn CONSTANT bigint := pg_current_xact_id()::text::bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('concord.turn'), (turn % 2147483648)::integer);
    RETURN turn;
END
$$;

-- Waits for its end; refused if that was no commit.
CREATE OR REPLACE FUNCTION cc_publish_behind(p_turn bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('concord.turn'), (p_turn % 2147483648)::integer);
    IF pg_xact_status(p_turn::text::xid8) IS DISTINCT FROM 'committed' THEN
        RAISE EXCEPTION 'transaction % was not published', p_turn USING ERRCODE = 'CC001';
    END IF;
END
$$;

-- How much of a page of the feed an entry takes: what is its own, and some 300 bytes around it.
CREATE OR REPLACE FUNCTION cc_entry_bytes(content text, seal text, note text) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(octet_length(content), 0) + octet_length(seal) + coalesce(octet_length(note), 0) + 300 $$;

-- The last statement of a publishing transaction: a batch of revisions, each with the next position, a
-- stamp that never goes back and the registry chain's next link, under one lock. Commit must follow at once,
-- because the lock is held until then: so positions are in order of commit and without gaps. The caller has
-- locked the working records by cc_record_lock() in this transaction. p_batch: objects with the fields of
-- cc_appended (`place` is made here) but its documents, in the order of their positions; several revisions of one record
-- follow each other. p_documents: content, seal and note of each, with U+0001 between all of them, U+0002 for none, as
-- no document holds these. Returns the last position. Refused, with the first record that is to blame, with
--   CC001  another revision has come in between, or the record was not locked here
--   CC403  the asker may not publish this record
--   CC004  the revision contradicts itself (a mistake of the program)
--   ck_publication_merged, ck_publication_target  a merged record stays merged, into a published one
-- Services may bring a revision whose content or note was redacted where it comes from: NULL.
--
-- p_behind: what cc_publish_turn() gave the transaction that must have been committed before; the slow part is
-- done while that one is still being published.
--
-- Plans are made once for the session, when tables may be nearly empty: they must suit large ones. (The server would
-- make each of them five times before it keeps one.)
DROP FUNCTION IF EXISTS cc_publish_append(jsonb), cc_publish_append(jsonb, bigint);
CREATE OR REPLACE FUNCTION cc_publish_append(p_batch jsonb, p_documents text, p_behind bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    batch CONSTANT cc_appended[] := ARRAY(
        -- the columns of cc_appended in their order: by name (jsonb_populate_record) it takes three times as long
        SELECT ROW(n, b->>'id', b->>'kind', (b->>'number')::integer, b->>'state', b->>'schema', d[3 * n - 2],
                   b->>'content_sha256', d[3 * n - 1], b->>'seal_sha256', d[3 * n], b->>'note_sha256',
                   b->>'previous_seal_sha256', b->>'publisher', b->>'redirect_to', (b->>'sealed_at')::timestamptz,
                   b->'projection')::cc_appended
          FROM (SELECT string_to_array(p_documents, E'\u0001', E'\u0002') OFFSET 0) y(d),
               jsonb_array_elements(p_batch) WITH ORDINALITY x(b, n));
    service CONSTANT boolean := cc_is_service();
    refused record;
    made cc_projected;
    ids CONSTANT text[] := ARRAY(SELECT DISTINCT b.id FROM unnest(batch) b);
    known text[]; -- of them, those that were published before
    named text[]; -- and have a name
    merges CONSTANT text[] := ARRAY(SELECT b.id FROM unnest(batch) b WHERE b.state = 'redirected');
    names text;
    head feed_head;
    first bigint;
    links text[] := '{}';
    item cc_appended;
BEGIN
    known := ARRAY(SELECT record_id FROM publication WHERE record_id = ANY (ids) ORDER BY record_id FOR UPDATE);
    SELECT id, reason INTO refused FROM (
        SELECT b.id, b.place, CASE
            -- Foreign records are kept without a working copy; only services bring them.
            WHEN r.id IS NULL AND NOT service
            THEN 'CC404 record "%s" does not exist'
            -- Of a membership nothing but what was asked can be published (cc_consent_guard()), so whoever
            -- may ask or answer may also make that public, each in the name of their own side.
            WHEN r.id IS NOT NULL
                 AND NOT ((SELECT cc_ctx_all())
                          OR (b.publisher = r.owner_org
                              AND (cc_may_publish(b.id)
                                   OR (r.kind = 'membership' AND b.state = 'published' AND cc_may_change(b.id))))
                          OR (b.publisher = r.other_org AND r.kind = 'membership' AND b.state = 'published'
                              AND cc_may_answer(b.id)))
            THEN 'CC403 record "%s" may not be published'
            WHEN r.id IS NOT NULL AND r.locked_in IS DISTINCT FROM pg_current_xact_id()
            THEN 'CC001 record "%s" was not locked before it was published'
            WHEN r.kind <> b.kind
            THEN 'CC004 record "%s" is of another kind'
            WHEN b.number IS DISTINCT FROM 1 + coalesce(b.before_number, p.revision, 0)
                 OR b.previous_seal_sha256 IS DISTINCT FROM coalesce(b.before_seal, p.seal_sha256)
            THEN 'CC001 the revision of record "%s" does not follow the newest'
            WHEN coalesce(b.before_state, p.state) = 'redirected'
            THEN '23514 record "%s" was merged into another for good'
            WHEN encode(sha256(convert_to(b.seal, 'UTF8')), 'hex') IS DISTINCT FROM b.seal_sha256
                 OR (NOT (b.content IS NULL AND service)
                     AND encode(sha256(convert_to(b.content, 'UTF8')), 'hex') IS DISTINCT FROM b.content_sha256)
                 OR (NOT (b.note IS NULL AND service)
                     AND encode(sha256(convert_to(b.note, 'UTF8')), 'hex') IS DISTINCT FROM b.note_sha256)
                 OR (b.state = 'published') IS DISTINCT FROM (b.content_sha256 IS NOT NULL)
                 OR (b.state <> 'published' AND b.projection IS NOT NULL)
                 OR b.kind <> coalesce(p.kind, b.kind)
            THEN 'CC004 the revision of record "%s" contradicts itself'
            -- Who counts as a member follows from the projection: it says what the content says, of the
            -- two that the record is about. (Services make both from the document.)
            WHEN b.kind = 'membership' AND b.state = 'published' AND NOT service
                 AND EXISTS (SELECT FROM jsonb_array_elements(b.projection->'edges') e
                              WHERE e->>'field' IN ('partnership', 'organisation')
                                AND (coalesce(e->>'state', '') <> coalesce(
                                         substring(b.content FROM '<consent [^>]*state="([a-z]+)"'), '')
                                     OR e->>'to' IS DISTINCT FROM CASE e->>'field'
                                            WHEN 'partnership' THEN r.parent ELSE r.other_org END))
            THEN 'CC004 the projection of membership "%s" is not what it says'
            -- So do the sums of a partnership.
            WHEN b.state = 'published' AND NOT service AND NOT cc_promise_is_told(b.kind, b.content, b.projection)
            THEN 'CC004 the projection of record "%s" is not what it says'
            END AS reason
          FROM (SELECT *, lag(number) OVER of_record AS before_number, lag(seal_sha256) OVER of_record AS before_seal,
                       lag(state) OVER of_record AS before_state
                  FROM unnest(batch)
                WINDOW of_record AS (PARTITION BY id ORDER BY place)) b
          LEFT JOIN LATERAL (SELECT * FROM record WHERE id = b.id LIMIT 1) r ON true
          LEFT JOIN LATERAL (SELECT kind, state, revision, seal_sha256 FROM publication WHERE record_id = b.id LIMIT 1) p
            ON true) looked_at
     WHERE reason IS NOT NULL ORDER BY place LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', format(substr(refused.reason, 7), refused.id)
            USING ERRCODE = left(refused.reason, 5),
                  CONSTRAINT = CASE left(refused.reason, 5) WHEN '23514' THEN 'ck_publication_merged' ELSE '' END;
    END IF;
    IF EXISTS (SELECT FROM jsonb_array_elements(p_batch) b WHERE b ?| '{position,was}') THEN
        RAISE EXCEPTION 'a batch says what projections are told of others' USING ERRCODE = 'CC004';
    END IF;

    PERFORM cc_consent_guard(batch);

    -- The slow part (text indexes) first: from the feed's lock on, everybody else waits.
    named := ARRAY(SELECT DISTINCT record_id FROM record_name WHERE record_id = ANY (known));
    names := cc_page_names(named);
    IF merges <> '{}' THEN -- for good: its identifiers are free for the one that it becomes
        DELETE FROM organisation_identifier WHERE record_id = ANY (merges);
    END IF;
    PERFORM cc_merged_lock(merges, ARRAY(SELECT b.redirect_to FROM unnest(batch) b WHERE b.state = 'redirected'));
    made := cc_project(p_batch, known);
    IF p_behind IS NOT NULL THEN
        PERFORM cc_publish_behind(p_behind);
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    -- Under the lock: two records that are merged into each other at one time would lead in a circle.
    IF NOT service AND EXISTS (
        SELECT FROM unnest(batch) b
         WHERE b.state = 'redirected'
           AND NOT EXISTS (SELECT FROM publication t
                            WHERE t.record_id = b.redirect_to AND t.kind = b.kind AND t.state = 'published')) THEN
        RAISE EXCEPTION 'a record is merged into what is not published'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_publication_target';
    END IF;
    SELECT * INTO head FROM feed_head;
    first := head.position + 1;
    head.stamp := greatest(clock_timestamp(), head.stamp);
    FOREACH item IN ARRAY batch LOOP
        head.link := encode(sha256(convert_to(head.link || item.seal_sha256, 'UTF8')), 'hex');
        links := links || head.link;
    END LOOP;
    head.position := head.position + cardinality(batch);
    -- Pages that show names of others: one is another now, or comes where others refer to already.
    IF cc_page_names(named) IS DISTINCT FROM names
       OR EXISTS (SELECT FROM edge WHERE to_id = ANY (ids) AND to_id <> ALL (named) AND from_id <> ALL (ids))
       OR merges <> '{}'
       -- what it published before it had a name itself
       OR EXISTS (SELECT FROM record
                   WHERE owner_org = ANY (ARRAY(SELECT unnest(ids) EXCEPT SELECT unnest(named))) AND id <> ALL (ids)) THEN
        head.named := head.position;
    END IF;

    INSERT INTO revision (record_id, number, kind, state, schema, content, content_sha256, seal,
                          seal_sha256, note, note_sha256, previous_seal_sha256, publisher,
                          redirect_to, sealed_at, stamp, position)
    SELECT id, number, kind, state, schema, content, content_sha256, seal, seal_sha256, note, note_sha256,
           previous_seal_sha256, publisher, redirect_to, sealed_at, head.stamp, first - 1 + place
      FROM unnest(batch) b;
    -- Of several revisions of one record the newest.
    INSERT INTO publication (record_id, kind, state, revision, schema, content, content_sha256, seal,
                             seal_sha256, note, note_sha256, redirect_to, published_at, position,
                             link, stamp)
    SELECT id, kind, state, number, schema, content, content_sha256, seal, seal_sha256, note, note_sha256,
           redirect_to, head.stamp, first - 1 + place, links[place], cc_iso(head.stamp)
      FROM (SELECT *, max(place) OVER (PARTITION BY id) AS last_place
              FROM unnest(batch)) b
     WHERE place = last_place
    ON CONFLICT (record_id) DO UPDATE
        SET state = excluded.state, revision = excluded.revision, schema = excluded.schema,
            content = excluded.content, content_sha256 = excluded.content_sha256,
            seal = excluded.seal, seal_sha256 = excluded.seal_sha256, note = excluded.note,
            note_sha256 = excluded.note_sha256, redirect_to = excluded.redirect_to,
            published_at = excluded.published_at, position = excluded.position,
            link = excluded.link, stamp = excluded.stamp;
    -- Counts and names are rows that others change, too: under the lock they cannot deadlock or be
    -- made from a name that is just being replaced.
    PERFORM cc_project_placed(p_batch, made, first);
    PERFORM cc_page_forget(ids || made.was_to);
    PERFORM cc_iati_fix(ARRAY(SELECT b.id FROM unnest(batch) b));
    INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link, bytes)
    SELECT first - 1 + place, head.stamp, id, kind, number, state, seal_sha256, links[place],
           cc_entry_bytes(content, seal, note)
      FROM unnest(batch) b;
    UPDATE feed_head SET position = head.position, stamp = head.stamp, link = head.link, named = head.named;
    INSERT INTO audit_event (action, object, detail)
    SELECT 'record.' || state, id,
           jsonb_build_object('revision', number, 'seal', seal_sha256, 'position', first - 1 + place)
      FROM unnest(batch) b;
    RETURN head.position;
END
$$;
GRANT EXECUTE ON FUNCTION cc_publish_append(jsonb, text, bigint), cc_publish_turn() TO cc_web, cc_job;
GRANT EXECUTE ON FUNCTION cc_entry_bytes(text, text, text) TO PUBLIC;

-- For a session that will be given batches: the plans of all that a batch goes through are made (a twentieth of a
-- second) while it has nothing else to do. Nothing is changed and no lock is kept.
CREATE OR REPLACE FUNCTION cc_publish_ready() RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM cc_record_heads('[]'), cc_record_store('[]'), cc_publish_append('[]', '');
    RAISE EXCEPTION 'undone' USING ERRCODE = 'CC000';
EXCEPTION WHEN SQLSTATE 'CC000' THEN
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION cc_publish_ready() TO cc_job;
