-- SPDX-License-Identifier: EUPL-1.2
-- Publishing. Everything the world reads is written here and nowhere else.

-- The projections of one record, replaced by what C made of the content:
--   {"names":[{"lang":"en","title":"..","acronym":".."}],
--    "edges":[{"to":"P..","field":"partnership","role":"donor","state":"confirmed"}],
--    "search":{"names":"..","words":"..","texts":{"en":".."},"ids":[".."],"sort":"..",
--              "facets":{"country":["KE"]}},
--    "promise":..}, of commitments only: see promise.sql
-- NULL removes them.

-- What the stored projections of a record differ in from what its content gives; '' = nothing.
CREATE OR REPLACE FUNCTION cc_projection_differs(p_id text, p_kind text, p_projection jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN (WITH named AS (
        SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                   'lang', lang, 'title', title, 'acronym', acronym)) ORDER BY place), '[]') AS v,
               coalesce(bool_and(kind = p_kind), true)
               AND coalesce(max(place), 0) = count(*) AND count(*) = count(DISTINCT place) AS sound
          FROM record_name WHERE record_id = p_id),
    edged AS (
        SELECT coalesce(jsonb_agg(jsonb_build_object('to', to_id, 'field', field, 'role', role,
                   'state', state) ORDER BY field COLLATE "C", to_id COLLATE "C"), '[]') AS v,
               coalesce(bool_and(kind = p_kind), true) AS sound
          FROM edge WHERE from_id = p_id)
    SELECT concat_ws(', ',
        CASE WHEN named.v <> coalesce(p_projection->'names', '[]') OR NOT named.sound
             THEN 'record_name' END,
        CASE WHEN edged.v <> coalesce(p_projection->'edges', '[]') OR NOT edged.sound THEN 'edge' END,
        CASE WHEN s.record_id IS NULL AND p_projection IS NOT NULL THEN 'search' END,
        CASE WHEN s.record_id IS NOT NULL AND p_projection IS NULL THEN 'search' END,
        CASE WHEN s.kind <> p_kind THEN 'search.kind' END,
        CASE WHEN s.names <> p_projection->'search'->>'names' THEN 'search.names' END,
        CASE WHEN s.facets <> p_projection->'search'->'facets' THEN 'search.facets' END,
        CASE WHEN s.keys <> cc_search_keys_known(p_kind, p_projection->'search'->'facets')
             THEN 'search.keys' END,
        CASE WHEN s.sort_key <> coalesce(p_projection->'search'->>'sort', '') THEN 'search.sort_key' END,
        CASE WHEN s.position <> (SELECT position FROM publication WHERE record_id = p_id)
             THEN 'search.position' END,
        CASE WHEN s.tsv <> cc_search_tsv(p_projection) THEN 'search.tsv' END,
        CASE WHEN cc_promise_differs(p_id, p_projection) THEN 'promise' END)
      FROM named CROSS JOIN edged LEFT JOIN search s ON s.record_id = p_id);
END
$$;
GRANT EXECUTE ON FUNCTION cc_projection_differs(text, text, jsonb)
    TO cc_web, cc_job, cc_audit;

-- The row of `search` is written under the feed's lock by cc_project_search(): then its position is
-- known, and of two who bring a new facet value nobody waits for the other with the lock in hand.
CREATE OR REPLACE FUNCTION cc_project(p_id text, p_kind text, p_projection jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    DELETE FROM record_name WHERE record_id = p_id;
    DELETE FROM edge WHERE from_id = p_id;
    DELETE FROM search WHERE record_id = p_id;
    PERFORM cc_project_promise(p_id, p_projection);
    IF p_projection IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO record_name (record_id, lang, kind, place, title, acronym)
    SELECT p_id, n.v->>'lang', p_kind, n.place, n.v->>'title', n.v->>'acronym'
      FROM jsonb_array_elements(p_projection->'names') WITH ORDINALITY n(v, place);
    INSERT INTO edge (from_id, to_id, kind, field, role, state)
    SELECT p_id, e->>'to', p_kind, e->>'field', coalesce(e->>'role', ''), coalesce(e->>'state', '')
      FROM jsonb_array_elements(p_projection->'edges') e;
END
$$;

CREATE OR REPLACE FUNCTION cc_project_search(p_id text, p_kind text, p_projection jsonb, p_tsv tsvector,
                                             p_position bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    INSERT INTO search (record_id, kind, tsv, names, facets, keys, position, sort_key)
    VALUES (p_id, p_kind, p_tsv, p_projection->'search'->>'names', p_projection->'search'->'facets',
            cc_search_keys(p_kind, p_projection->'search'->'facets'), p_position,
            coalesce(p_projection->'search'->>'sort', ''));
END
$$;

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
    v_tsv tsvector;
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
    PERFORM cc_project(p_id, p_kind, CASE WHEN p_state = 'published' THEN p_projection END);
    IF p_state = 'published' AND p_projection IS NOT NULL THEN
        v_tsv := cc_search_tsv(p_projection);
    END IF;
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
    IF v_tsv IS NOT NULL THEN
        PERFORM cc_project_search(p_id, p_kind, p_projection, v_tsv, head.position);
    END IF;
    -- Counts and names are rows that others change, too: under the lock they cannot deadlock or be
    -- made from a name that is just being replaced.
    PERFORM cc_project_member(p_id, p_kind, CASE WHEN p_state = 'published' THEN p_projection END);
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
