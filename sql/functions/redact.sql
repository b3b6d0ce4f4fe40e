-- SPDX-License-Identifier: EUPL-1.2
-- Takes the content or the note out of a range of revisions. The newest content stays: a corrected
-- revision is published first. One feed entry for each revision obliges mirrors to do the same. The
-- addresses answer 410 with the reason. Answers how many documents went.
CREATE OR REPLACE FUNCTION cc_redact(p_id text, p_from integer, p_to integer, p_what text, p_reason text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    newest publication;
    target revision;
    head feed_head;
    gone bigint := 0;
BEGIN
    IF NOT cc_ctx_all() THEN
        RAISE EXCEPTION 'only the registry itself may redact' USING ERRCODE = 'CC403';
    END IF;
    SELECT * INTO newest FROM publication WHERE record_id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'record "%" was never published', p_id USING ERRCODE = 'CC404';
    END IF;
    IF p_what = 'content' AND newest.state = 'published' AND p_to >= newest.revision THEN
        RAISE EXCEPTION 'revision % of record "%" is the newest: publish a corrected one first',
            newest.revision, p_id USING ERRCODE = 'CC001';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    SELECT * INTO head FROM feed_head;
    FOR target IN
        SELECT * FROM revision r
         WHERE r.record_id = p_id AND r.number BETWEEN p_from AND p_to
           AND CASE p_what WHEN 'content' THEN r.content IS NOT NULL ELSE r.note <> '' END
         ORDER BY r.number
    LOOP
        head.position := head.position + 1;
        head.stamp := greatest(clock_timestamp(), head.stamp);
        head.link := encode(sha256(convert_to(head.link || target.seal_sha256, 'UTF8')), 'hex');
        UPDATE revision
           SET content = CASE WHEN p_what = 'content' THEN NULL ELSE content END,
               note = CASE WHEN p_what = 'note' THEN NULL ELSE note END
         WHERE record_id = p_id AND number = target.number
        RETURNING * INTO target;
        UPDATE feed SET bytes = cc_entry_bytes(target.content, target.seal, target.note)
         WHERE record_id = p_id AND revision = target.number;
        UPDATE publication SET note = NULL
         WHERE p_what = 'note' AND record_id = p_id AND revision = target.number;
        INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link, bytes)
        VALUES (head.position, head.stamp, p_id, target.kind, target.number, 'redacted',
                target.seal_sha256, head.link, cc_entry_bytes(target.content, target.seal, target.note));
        INSERT INTO redaction (record_id, number, what, reason, position)
        VALUES (p_id, target.number, p_what, p_reason, head.position);
        gone := gone + 1;
    END LOOP;
    IF gone > 0 THEN
        PERFORM cc_redacted();
        PERFORM cc_merged_redacted(p_id);
    END IF;
    UPDATE feed_head SET position = head.position, stamp = head.stamp, link = head.link;
    INSERT INTO audit_event (action, object, detail)
    VALUES ('record.redact', p_id, jsonb_build_object('from', p_from, 'to', p_to, 'what', p_what,
                                                      'documents', gone));
    RETURN gone;
END
$$;

-- Does canonical XML hold a text, in an element or an attribute? Names of elements are no text.
CREATE OR REPLACE FUNCTION cc_xml_holds(p_xml text, p_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = concord, pg_temp
AS $$
    SELECT strpos(regexp_replace(p_xml, '<[^<>"]*("[^"]*"[^<>"]*)*>', E'\n', 'g'),
                  replace(replace(replace(p_text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')) > 0
        OR EXISTS (SELECT FROM regexp_matches(p_xml, '="([^"<]*)"', 'g') v
                    WHERE strpos(v[1], replace(replace(replace(p_text, '&', '&amp;'), '<', '&lt;'),
                                               '"', '&quot;')) > 0)
$$;

-- Does any text of the working copy hold it? p_capitals false: written in any capitals.
DROP FUNCTION IF EXISTS cc_working_holds(text, text);
CREATE OR REPLACE FUNCTION cc_working_holds(p_id text, p_text text, p_capitals boolean DEFAULT true) RETURNS boolean
LANGUAGE sql STABLE SET search_path = concord, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM record r
                     CROSS JOIN LATERAL jsonb_path_query(cc_record_load(r.id, r.kind)::jsonb,
                                                         'strict $.** ? (@.type() == "string")') v
                    WHERE r.id = p_id AND CASE WHEN p_capitals THEN strpos(v #>> '{}', p_text)
                                               ELSE strpos(lower(v #>> '{}'), lower(p_text)) END > 0);
$$;

-- Takes the text, in any capitals, out of what an organisation was confirmed for: names that it has no more, and
-- the secretariat's note. Was there any?
CREATE OR REPLACE FUNCTION cc_redact_confirmation(p_id text, p_text text) RETURNS boolean
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    now_has CONSTANT text[] := cc_organisation_claims(p_id);
BEGIN
    UPDATE organisation_confirmation c
       SET claims = x.claims, note = x.note
      FROM (SELECT o.record_id,
                   ARRAY(SELECT e.claim FROM unnest(o.claims) WITH ORDINALITY e(claim, place)
                          WHERE strpos(substr(e.claim, strpos(e.claim, ':') + 1), lower(p_text)) = 0 OR e.claim = ANY (now_has)
                          ORDER BY e.place) AS claims,
                   regexp_replace(o.note, '***=' || p_text, '[…]', 'gi') AS note -- ***= : as it stands, no pattern
              FROM organisation_confirmation o WHERE o.record_id = p_id) x
     WHERE c.record_id = x.record_id AND (c.claims, c.note) IS DISTINCT FROM (x.claims, x.note);
    RETURN FOUND;
END
$$;

-- Takes every document of a record that holds a text out of its revisions: contents and notes. A corrected revision
-- must have been published before. Whatever holds it in other capitals stays and is named ('..-capitals').
CREATE OR REPLACE FUNCTION cc_redact_text(p_id text, p_text text, p_reason text)
RETURNS TABLE (number integer, what text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    newest publication;
BEGIN
    IF NOT cc_ctx_all() THEN
        RAISE EXCEPTION 'only the registry itself may redact' USING ERRCODE = 'CC403';
    END IF;
    IF p_text IS NULL OR p_text = '' OR strpos(lower(p_reason), lower(p_text)) > 0 THEN
        RAISE EXCEPTION 'the reason is public and must not repeat what is taken out' USING ERRCODE = 'CC001';
    END IF;
    SELECT * INTO newest FROM publication WHERE record_id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'record "%" was never published', p_id USING ERRCODE = 'CC404';
    END IF;
    IF cc_xml_holds(newest.content, p_text) THEN
        RAISE EXCEPTION 'revision % of record "%" is the newest and holds it: publish a corrected one first',
            newest.revision, p_id USING ERRCODE = 'CC001';
    END IF;
    IF cc_working_holds(p_id, p_text) THEN
        RAISE EXCEPTION 'the working copy of record "%" holds it: take it out there first, the next publication would bring it back',
            p_id USING ERRCODE = 'CC001';
    END IF;
    DELETE FROM iati_kept WHERE record_id = p_id AND cc_xml_holds(xml, p_text);
    IF FOUND THEN
        what := 'kept';
        RETURN NEXT;
    END IF;
    IF cc_redact_confirmation(p_id, p_text) THEN
        what := 'confirmation';
        RETURN NEXT;
    END IF;
    FOR number, what IN
        SELECT r.number, w.what
          FROM revision r
          CROSS JOIN LATERAL (VALUES ('content', cc_xml_holds(r.content, p_text)),
                                     ('note', strpos(r.note, p_text) > 0)) w (what, holds)
         WHERE r.record_id = p_id AND w.holds
         ORDER BY 1, 2
    LOOP
        PERFORM cc_redact(p_id, number, number, what, p_reason);
        RETURN NEXT;
    END LOOP;
    RETURN QUERY
        SELECT r.number, w.what
          FROM revision r
          CROSS JOIN LATERAL (VALUES ('content-capitals', cc_xml_holds(lower(r.content), lower(p_text))),
                                     ('note-capitals', strpos(lower(r.note), lower(p_text)) > 0)) w (what, holds)
         WHERE r.record_id = p_id AND w.holds
         ORDER BY 1, 2;
    IF cc_working_holds(p_id, p_text, false) THEN
        number := NULL;
        what := 'working-capitals';
        RETURN NEXT;
    END IF;
END
$$;
-- Wordings that were asked or answered stay, being what a consent is about; only the two parties see them.
CREATE OR REPLACE FUNCTION cc_wordings_with(p_id text, p_text text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$ SELECT count(*) FROM wording WHERE membership_id = p_id AND cc_ctx_all() AND cc_xml_holds(content, p_text) $$;
GRANT EXECUTE ON FUNCTION cc_redact(text, integer, integer, text, text), cc_redact_text(text, text, text),
    cc_wordings_with(text, text) TO cc_job;
