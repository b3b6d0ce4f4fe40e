-- SPDX-License-Identifier: EUPL-1.2
-- Is an organisation who it says? Anybody who signed in may register one and work on its draft; before it
-- is published first, the secretariat confirms it. Later, those who answer for it may change what they
-- like, but a name like another organisation's, or with it in it, and an identifier are asked about again.
-- What the secretariat or an import publishes counts as confirmed.

-- What an organisation says of who it is, in lower case: "name:" its name and acronym, "also:" what else it
-- is or was called, "id:" its identifiers.
CREATE OR REPLACE FUNCTION cc_organisation_claims(p_id text) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT claim ORDER BY claim), '{}')
      FROM (SELECT CASE WHEN t.path IN ('name', 'acronym') THEN 'name:' ELSE 'also:' END || lower(t.text)
              FROM concord.record_text t
             WHERE t.record_id = p_id AND t.path ~ '^((alias|former-name)\..*)?(name|acronym)$'
             UNION ALL
            SELECT 'id:' || i.scheme || ' ' || i.value FROM concord.organisation_identifier i WHERE i.record_id = p_id) x(claim)
$$;
-- The same of a published content. Canonical XML: no raw "<" stands in a text, and names come before
-- aliases and former names.
CREATE OR REPLACE FUNCTION cc_organisation_claims_told(p_content text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(DISTINCT replace(replace(replace(claim, '&lt;', '<'), '&gt;', '>'), '&amp;', '&')), '{}')
      FROM (SELECT s.kind || lower(m[2])
              FROM (SELECT regexp_instr(p_content || '<alias>', '<(alias|former-name)[ >]') - 1) f(first)
             CROSS JOIN LATERAL (VALUES ('name:', left(p_content, f.first)), ('also:', substr(p_content, f.first + 1))) s(kind, part)
             CROSS JOIN LATERAL regexp_matches(s.part, '<(name|acronym) [^>]*>([^<]*)</', 'g') m
             UNION ALL
            SELECT 'id:' || m[1] || ' ' || m[2]
              FROM regexp_matches(p_content, '<identifier (?:[^>]* )?scheme="([^"]*)"[^>]*>([^<]*)</identifier>', 'g') m) x(claim)
$$;

-- Names, and runs of up to twelve words that stand in them, as cc_name_looks() has whole names. Of the first 60 words.
CREATE OR REPLACE FUNCTION cc_name_runs(p_names text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT run), '{}')
      FROM unnest(concord.cc_name_looks(array_to_string(p_names, E'\n'))) l(look)
     CROSS JOIN LATERAL (SELECT string_to_array(l.look, ' ')) w(words)
     CROSS JOIN LATERAL generate_series(1, least(cardinality(w.words), 60)) f(first)
     CROSS JOIN LATERAL generate_series(f.first, least(f.first + 11, cardinality(w.words))) t(last)
     CROSS JOIN LATERAL (SELECT array_to_string(w.words[f.first:t.last], ' ')) r(run)
     WHERE length(run) > 2 OR run = l.look
$$;

-- Published organisations with a name, in whatever language, that looks like one of these or stands in it whole
-- ("UNICEF Worldwide"), the likest first. Also when it is written in one word: "U N I C E F". This alone says
-- what a similar name is: at registering, at a later change, to the secretariat. Likeness is dear: it is looked for
-- with the first ten of many names; whole names are found in all of them.
DROP FUNCTION IF EXISTS cc_organisation_like(text, text, integer);
CREATE OR REPLACE FUNCTION cc_organisation_like(p_names text[], p_except text, p_limit integer) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT f.record_id
      FROM (SELECT s.record_id, concord.word_similarity(q.look, concord.cc_name_look(s.names)) AS rank
              FROM (SELECT DISTINCT w.look
                      FROM unnest(p_names[:10]) n(name)
                     CROSS JOIN LATERAL (SELECT concord.cc_name_look(n.name) OFFSET 0) l(look)
                     CROSS JOIN LATERAL (VALUES (l.look), (regexp_replace(l.look, '[^[:alnum:]]+', '', 'g'))) w(look)
                     WHERE length(w.look) > 2) q
              JOIN concord.search_name s ON s.kind = 'organisation' AND q.look OPERATOR(concord.<%) concord.cc_name_look(s.names)
             UNION ALL
            SELECT s.record_id, 1 FROM concord.search_name s
             WHERE s.kind = 'organisation' AND concord.cc_name_looks(s.names) && concord.cc_name_runs(p_names)) f
     WHERE f.record_id IS DISTINCT FROM p_except
     GROUP BY f.record_id
     ORDER BY max(f.rank) DESC, f.record_id
     LIMIT p_limit
$$;

-- What of these claims, or of the working copy, the secretariat has to confirm before it is published: NULL = nothing,
-- '' = that it is who it says (never confirmed, or too much is new), else the name or identifier that is new.
DROP FUNCTION IF EXISTS cc_confirmation_wanted(text);
CREATE OR REPLACE FUNCTION cc_confirmation_wanted(p_id text, p_claims text[] DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    known text[] := coalesce((SELECT c.claims FROM organisation_confirmation c WHERE c.record_id = p_id), '{}');
    claims text[] := coalesce(p_claims, cc_organisation_claims(p_id));
    said text;
BEGIN
    IF NOT EXISTS (SELECT FROM publication WHERE record_id = p_id) THEN
        RETURN CASE WHEN known = '{}' OR NOT claims <@ known THEN '' END;
    END IF;
    known := known || cc_organisation_claims_told(
        (SELECT r.content FROM publication p JOIN revision r ON r.record_id = p.record_id AND r.number = p.revision
          WHERE p.record_id = p_id));
    claims := ARRAY(SELECT c FROM unnest(claims) c
                     WHERE c <> ALL (known) AND regexp_replace(c, '^also:', 'name:') <> ALL (known));
    IF cardinality(claims) > 20 THEN -- so many new names nobody compares while a person waits
        RETURN '';
    END IF;
    FOREACH said IN ARRAY claims LOOP
        IF said LIKE 'id:%' OR EXISTS (SELECT FROM cc_organisation_like(ARRAY[substr(said, 6)], p_id, 1)) THEN
            RETURN said;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION cc_confirmation_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    refused text;
BEGIN
    IF NOT EXISTS (SELECT FROM added WHERE kind = 'organisation' AND state = 'published') THEN
        RETURN NULL;
    END IF;
    IF cc_ctx_person() IS NOT NULL THEN -- in another spelling it is another's, too, and whom a person asks cannot see that
        SELECT o.record_id INTO refused
          FROM added a
         CROSS JOIN LATERAL cc_iati_refs_told(a.content) t(ref)
         CROSS JOIN LATERAL cc_iati_organisation_told(cc_iati_key(t.ref), a.record_id) o
         WHERE a.kind = 'organisation' AND a.state = 'published' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'organisation "%" has this identifier', refused
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_organisation_identifier';
        END IF;
    END IF;
    IF cc_ctx_all() THEN
        UPDATE organisation_confirmation c
           SET state = 'confirmed', claims = cc_organisation_claims_told(a.content), decided_at = now(), decided_by = cc_ctx_person()
          FROM added a WHERE c.record_id = a.record_id AND a.state = 'published' AND c.state <> 'confirmed';
        RETURN NULL;
    END IF;
    SELECT r.id INTO refused FROM added a JOIN record r ON r.id = a.record_id -- foreign ones have no working copy
     WHERE a.kind = 'organisation' AND a.state = 'published'
       AND cc_confirmation_wanted(r.id, cc_organisation_claims_told(a.content)) IS NOT NULL
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'organisation "%" was not confirmed', refused
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_organisation_confirmed';
    END IF;
    RETURN NULL;
END
$$;

-- Those who answer for an organisation ask the secretariat. True: it waits now.
CREATE OR REPLACE FUNCTION cc_confirmation_ask(p_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    IF cc_ctx_person() IS NULL OR NOT cc_may_publish(p_id)
       OR NOT EXISTS (SELECT FROM record WHERE id = p_id AND kind = 'organisation') THEN
        RAISE EXCEPTION 'confirmation of "%" may not be asked for', p_id USING ERRCODE = 'CC403';
    END IF;
    IF cc_confirmation_wanted(p_id) IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO organisation_confirmation AS c (record_id, state, asked_at, asked_by)
    VALUES (p_id, 'waiting', now(), cc_ctx_person())
    ON CONFLICT (record_id) DO UPDATE
        SET state = 'waiting', asked_at = now(), asked_by = excluded.asked_by WHERE c.state <> 'waiting';
    IF FOUND THEN
        INSERT INTO audit_event (action, object) VALUES ('organisation.confirmation-asked', p_id);
    END IF;
    RETURN true;
END
$$;

-- The secretariat's answer to the version that it looked at. CC001: it does not wait (any more).
CREATE OR REPLACE FUNCTION cc_confirmation_decide(p_id text, p_version bigint, p_confirmed boolean, p_note text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    IF cc_ctx_person() IS NULL OR NOT cc_ctx_all() THEN
        RAISE EXCEPTION 'only the secretariat confirms organisations' USING ERRCODE = 'CC403';
    END IF;
    PERFORM cc_record_lock(p_id, p_version);
    UPDATE organisation_confirmation
       SET state = CASE WHEN p_confirmed THEN 'confirmed' ELSE 'declined' END,
           claims = CASE WHEN p_confirmed THEN cc_organisation_claims(p_id) ELSE claims END,
           decided_at = now(), decided_by = cc_ctx_person(), note = nullif(p_note, '')
     WHERE record_id = p_id AND state = 'waiting';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'organisation "%" does not wait for a confirmation', p_id USING ERRCODE = 'CC001';
    END IF;
    INSERT INTO audit_event (action, object, detail)
    VALUES (CASE WHEN p_confirmed THEN 'organisation.confirmed' ELSE 'organisation.declined' END, p_id,
            jsonb_build_object('version', p_version));
    RETURN true;
END
$$;

-- Nobody is asked: the secretariat registers it itself, or the settings want no confirmation (as the
-- database knows it, not who asks). The latter is told in the trail.
CREATE OR REPLACE FUNCTION cc_confirmation_waive(p_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    staff CONSTANT boolean := cc_ctx_all();
BEGIN
    IF NOT cc_may_publish(p_id) OR NOT EXISTS (SELECT FROM record WHERE id = p_id AND kind = 'organisation') THEN
        RAISE EXCEPTION 'confirmation of "%" may not be waived', p_id USING ERRCODE = 'CC403';
    END IF;
    IF NOT staff AND (SELECT confirm_organisations FROM registry_rule) THEN
        RAISE EXCEPTION 'organisations are confirmed by the secretariat' USING ERRCODE = 'CC403';
    END IF;
    IF cc_confirmation_wanted(p_id) IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO organisation_confirmation (record_id, state, claims, decided_at, decided_by)
    VALUES (p_id, 'confirmed', cc_organisation_claims(p_id), now(), CASE WHEN staff THEN cc_ctx_person() END)
    ON CONFLICT (record_id) DO UPDATE
        SET state = 'confirmed', claims = excluded.claims, decided_at = now(), decided_by = excluded.decided_by;
    INSERT INTO audit_event (action, object)
    VALUES (CASE WHEN staff THEN 'organisation.confirmed' ELSE 'organisation.not-asked' END, p_id);
    RETURN true;
END
$$;

-- Those that wait, the longest first, for the secretariat; one of them with p_id.
CREATE OR REPLACE FUNCTION cc_confirmation_waiting(p_id text, p_lang text, p_limit integer)
RETURNS TABLE (id text, title text, lang text, asked_at timestamptz, person text, identifiers text[], waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT c.record_id, t.text, t.lang, c.asked_at, p.name,
           ARRAY(SELECT i.scheme || ' ' || i.value FROM organisation_identifier i
                  WHERE i.record_id = c.record_id ORDER BY i.is_primary DESC, i.position),
           count(*) OVER ()
      FROM organisation_confirmation c
      LEFT JOIN person p ON p.id = c.asked_by
      LEFT JOIN LATERAL (SELECT x.text, x.lang FROM record_text x WHERE x.record_id = c.record_id AND x.path = 'name'
                          ORDER BY x.lang = p_lang DESC, x.lang LIMIT 1) t ON true
     WHERE c.state = 'waiting' AND (p_id IS NULL OR c.record_id = p_id) AND (SELECT cc_ctx_all())
     ORDER BY c.asked_at, c.record_id
     LIMIT p_limit
$$;

GRANT EXECUTE ON FUNCTION cc_organisation_claims(text), cc_organisation_claims_told(text),
    cc_name_runs(text[]), cc_organisation_like(text[], text, integer), cc_confirmation_wanted(text, text[]),
    cc_confirmation_ask(text), cc_confirmation_decide(text, bigint, boolean, text), cc_confirmation_waive(text),
    cc_confirmation_waiting(text, text, integer) TO cc_web, cc_job;
