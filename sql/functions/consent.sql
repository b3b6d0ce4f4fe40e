-- SPDX-License-Identifier: EUPL-1.2
-- Asking organisations and their answers. Refusals: CC403 no right, CC404 not there, CC001 something
-- has come in between (another wording, another answer), CC004 a mistake of the program.

-- In which role the asker speaks for the side that says something; NULL = none.
CREATE OR REPLACE FUNCTION cc_consent_role(p_membership text, p_side text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_side = 'organisation'
                -- Only the organisation answers for itself: no role of the registry stands in for it.
                THEN CASE WHEN r.other_org = ANY (concord.cc_ctx_orgs_focal()) THEN 'focal-point' END
                ELSE CASE WHEN r.owner_org = ANY (concord.cc_ctx_orgs_focal()) THEN 'focal-point'
                          WHEN r.parent = ANY (concord.cc_ctx_records_own()) THEN 'owner'
                          WHEN concord.cc_may_change(r.parent) THEN
                               CASE WHEN r.owner_org = ANY (concord.cc_ctx_orgs_change())
                                      OR r.parent = ANY (concord.cc_ctx_records_change())
                                    THEN 'editor' ELSE 'secretariat' END END END
      FROM concord.record r WHERE r.id = p_membership AND r.kind = 'membership'
$$;

-- Was the membership withdrawn after what was asked or said last? Then nothing of that waits for an answer.
CREATE OR REPLACE FUNCTION cc_consent_is_over(p_membership text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM concord.publication p
                    WHERE p.record_id = p_membership AND p.state <> 'published'
                      AND p.published_at > (SELECT recorded_at FROM concord.consent_event e
                                             WHERE e.membership_id = p_membership
                                             ORDER BY number DESC LIMIT 1))
$$;

-- The next event of a membership which cc_record_lock() (or cc_record_create()) has locked in this
-- transaction. p_wording: the whole wording where one is asked; an answer names by its hash what it
-- answers to, and that must be what was asked last.
CREATE OR REPLACE FUNCTION cc_consent_write(
    p_membership text, p_about text, p_state text, p_sha256 text, p_wording text, p_title text,
    p_title_lang text, p_reason text, p_reason_lang text, p_at timestamptz)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    head record;
    counts consent_event; -- the newest that counts
    newest consent_event;
    rule consent_transition;
    v_role text;
BEGIN
    SELECT * INTO head FROM record WHERE id = p_membership AND kind = 'membership';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'membership "%" does not exist', p_membership USING ERRCODE = 'CC404';
    END IF;
    IF head.locked_in IS DISTINCT FROM pg_current_xact_id() THEN
        RAISE EXCEPTION 'membership "%" was not locked', p_membership USING ERRCODE = 'CC004';
    END IF;
    SELECT * INTO newest FROM consent_event WHERE membership_id = p_membership
     ORDER BY number DESC LIMIT 1;
    SELECT * INTO counts FROM consent_event WHERE membership_id = p_membership AND effective
     ORDER BY number DESC LIMIT 1;
    SELECT * INTO rule FROM consent_transition
     WHERE about = p_about AND was = coalesce(counts.state, '') AND state = p_state;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'membership "%" is % and cannot become %', p_membership,
            coalesce(counts.state, 'new'), p_state USING ERRCODE = 'CC001';
    END IF;
    v_role := cc_consent_role(p_membership, rule.side);
    IF v_role IS NULL THEN
        RAISE EXCEPTION 'consent of membership "%" may not be told', p_membership
            USING ERRCODE = 'CC403';
    END IF;
    IF rule.side = 'organisation' THEN
        IF cc_consent_is_over(p_membership) THEN
            RAISE EXCEPTION 'membership "%" was withdrawn in the meantime', p_membership USING ERRCODE = 'CC001';
        END IF;
        IF p_about = 'change' AND (newest.about, newest.state) IS DISTINCT FROM ('change', 'invited') THEN
            RAISE EXCEPTION 'no change of membership "%" waits for an answer', p_membership
                USING ERRCODE = 'CC001';
        END IF;
        IF p_about = 'change' THEN
            counts.wording_sha256 := newest.wording_sha256;
        END IF;
        IF p_sha256 IS DISTINCT FROM counts.wording_sha256 THEN
            RAISE EXCEPTION 'the wording of membership "%" is another one now', p_membership
                USING ERRCODE = 'CC001';
        END IF;
    ELSE
        INSERT INTO wording (membership_id, sha256, content, partnership_title, partnership_lang)
        VALUES (p_membership, p_sha256, p_wording, p_title, p_title_lang)
        ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO consent_event (membership_id, number, about, was, state, wording_sha256, reason,
                               reason_lang, at, channel, side, organisation, role, person)
    VALUES (p_membership, coalesce(newest.number, 0) + 1, p_about, rule.was, p_state, p_sha256,
            nullif(p_reason, ''), CASE WHEN p_reason <> '' THEN p_reason_lang END, p_at, 'page',
            rule.side,
            CASE rule.side WHEN 'organisation' THEN head.other_org ELSE head.owner_org END, v_role,
            cc_ctx_person());
    -- Whether the partnership is public may change until the commit: a publication takes the row away again.
    IF p_about = 'membership' OR p_state = 'confirmed' THEN
        INSERT INTO publication_wait (membership_id) VALUES (p_membership) ON CONFLICT DO NOTHING;
    END IF;
    RETURN coalesce(newest.number, 0) + 1;
END
$$;

-- What a membership's content says of its consent, and the wording: all but that one element. Canonical
-- XML: no raw "<" stands in a text, so this takes out the one element and no more. `sound`: there is no more
-- than one, with its own attributes and nothing in it but a reason; who sends SQL writes what they like.
CREATE OR REPLACE FUNCTION cc_consent_told(p_content text)
RETURNS TABLE (state text, at text, wording text, sound boolean)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN is_plain OR m[2] ~ '^[a-z]+$' THEN m[2]
                ELSE substring(coalesce(e, p_content) FROM '<consent (?:[^>]* )?state="([a-z]+)"') END,
           CASE WHEN is_plain OR m[1] ~ '^[0-9TZ:-]+$' THEN m[1]
                ELSE substring(coalesce(e, p_content) FROM '<consent (?:[^>]* )?date="([0-9TZ:-]+)"') END,
           CASE WHEN e IS NULL THEN p_content ELSE replace(p_content, e, '') END,
           e IS NULL OR m IS NOT NULL
      -- as it nearly always is, which is seen without the expression that takes most of the time
      FROM (SELECT e, is_plain,
                   CASE WHEN is_plain THEN ARRAY[a[2], a[4]]
                        ELSE regexp_match(e, '^<consent(?: date="([^"<>]*)")?(?: state="([^"<>]*)")?(?: wording-sha256="[^"<>]*")?>'
                                          || '(?:<reason xml:lang="[A-Za-z0-9-]+">[^<>]*</reason>)*</consent>$') END AS m
              FROM (SELECT e, a, coalesce(a[1] = '<consent date=' AND a[2] ~ '^[0-9TZ:-]+$' AND a[3] = ' state=' AND a[4] ~ '^[a-z]+$'
                                          AND (a[5:] = '{></consent>}'
                                               OR a[5] = ' wording-sha256=' AND a[6] ~ '^[0-9a-f]+$' AND a[7:] = '{></consent>}'),
                                          false) AS is_plain
                      -- from the first beginning to the last end: a regular expression over all of it would take longer
                      FROM (SELECT e, string_to_array(e, '"') AS a
                              FROM (SELECT CASE WHEN last > first AND first > 0
                                                THEN substr(p_content, first, last + length('</consent>') - first) END AS e
                                      FROM (SELECT strpos(p_content, '<consent ') AS first,
                                                   length(p_content) - length('</consent>') + 2
                                                   - nullif(strpos(reverse(p_content), reverse('</consent>')), 0) AS last
                                            OFFSET 0) at
                                    OFFSET 0) part
                            OFFSET 0) pieces
                    OFFSET 0) plain
            OFFSET 0) x -- each once
$$;

-- Nothing is published of a membership but the wording that its newest event names, with the state
-- of that event. What services bring (imports, restored and foreign records) makes its event here. Called by
-- cc_publish_append(), which alone writes revisions, before it waits for others: the heads of memberships are locked.
CREATE OR REPLACE FUNCTION cc_consent_guard(p_batch cc_appended[]) RETURNS void
LANGUAGE plpgsql SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    ids text[];
    numbers integer[];
    states text[];
    ats timestamptz[];
    wordings text[];
    hashes text[];
    publishers text[];
BEGIN
    ids := ARRAY(SELECT id FROM unnest(p_batch) WHERE kind = 'membership');
    IF ids = '{}' THEN
        RETURN;
    END IF;
    DELETE FROM publication_wait WHERE membership_id = ANY (ids);
    -- Those that say another thing than the event before them (of the registry, or of a revision before).
    SELECT array_agg(record_id), array_agg(newest), array_agg(state), array_agg(at), array_agg(wording),
           array_agg(sha256), array_agg(publisher)
      INTO ids, numbers, states, ats, wordings, hashes, publishers
      FROM (SELECT t.record_id, t.state, t.wording, t.sha256, t.publisher,
                   coalesce(t.at::timestamptz, t.sealed_at) AS at,
                   coalesce((SELECT max(number) FROM consent_event WHERE membership_id = t.record_id), 0)
                   + row_number() OVER (PARTITION BY t.record_id ORDER BY t.number)::integer AS newest
              FROM (SELECT a.id AS record_id, a.number, a.publisher, a.sealed_at, c.state, c.at, c.wording, c.sound, h.sha256,
                           lag(c.state) OVER revisions AS before_state, lag(h.sha256) OVER revisions AS before_sha256
                      FROM unnest(p_batch) a
                     CROSS JOIN LATERAL cc_consent_told(a.content) c
                     CROSS JOIN LATERAL (SELECT encode(sha256(convert_to(c.wording, 'UTF8')), 'hex') OFFSET 0) h(sha256)
                     WHERE a.kind = 'membership' AND a.state = 'published'
                           -- foreign: no working copy, nobody here answers for it
                       AND (NOT cc_is_service()
                            OR (c.state IS NOT NULL AND EXISTS (SELECT FROM record WHERE id = a.id)))
                    WINDOW revisions AS (PARTITION BY a.id ORDER BY a.number)) t
              LEFT JOIN LATERAL (SELECT e.state, e.wording_sha256 FROM consent_event e
                                  WHERE e.membership_id = t.record_id AND e.effective
                                  ORDER BY e.number DESC LIMIT 1) counts ON true
             WHERE NOT t.sound
                OR (t.state, t.sha256) IS DISTINCT FROM (
                    CASE WHEN t.before_sha256 IS NULL THEN counts.state ELSE t.before_state END,
                    coalesce(t.before_sha256, counts.wording_sha256))) x;
    IF ids IS NULL THEN
        RETURN;
    END IF;
    IF NOT cc_is_service() THEN
        RAISE EXCEPTION 'membership "%" says something that its organisation was not asked', ids[1]
            USING ERRCODE = 'CC403';
    END IF;
    INSERT INTO wording (membership_id, sha256, content)
    SELECT * FROM unnest(ids, hashes, wordings)
    ON CONFLICT DO NOTHING;
    INSERT INTO consent_event (membership_id, number, about, state, wording_sha256, at, channel, organisation)
    SELECT id, number, 'membership', state, sha256, at, 'import', publisher
      FROM unnest(ids, numbers, states, hashes, ats, publishers) AS e(id, number, state, sha256, at, publisher);
END
$$;

-- A membership waits no longer, or (it cannot be published) is looked at again in an hour.
CREATE OR REPLACE FUNCTION cc_publication_wait_end(p_membership text, p_later boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    IF p_later THEN
        UPDATE publication_wait SET due_at = now() + interval '1 hour' WHERE membership_id = p_membership;
    ELSE
        DELETE FROM publication_wait WHERE membership_id = p_membership;
    END IF;
    RETURN FOUND;
END
$$;

-- Newest first. The name of a person is told to the secretariat and to their own organisation.
CREATE OR REPLACE FUNCTION cc_consent_history(p_membership text, p_before integer, p_limit integer)
RETURNS TABLE (number integer, about text, state text, at timestamptz, wording_sha256 text, reason text,
               reason_lang text, channel text, organisation text, role text, person text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT e.number, e.about, e.state, e.at, e.wording_sha256, e.reason, e.reason_lang, e.channel,
           e.organisation, e.role,
           CASE WHEN cc_ctx_all() OR e.organisation = ANY (cc_ctx_orgs_see()) THEN p.name END
      FROM consent_event e LEFT JOIN person p ON p.id = e.person
     WHERE e.membership_id = p_membership AND e.number < coalesce(p_before, 2147483647)
     ORDER BY e.number DESC LIMIT least(p_limit, 100);
$$;

-- People with their roles, for the secretariat. p_like: a LIKE pattern over lower-case name and login.
CREATE OR REPLACE FUNCTION cc_person_list(p_like text, p_after uuid, p_limit integer)
RETURNS TABLE (id uuid, login text, name text, mail text, roles integer, active boolean,
               signed_in_at timestamptz, orgs jsonb)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT p.id, p.login, p.name, p.mail, p.roles, p.active, p.signed_in_at,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.organisation_id, 'role', o.role,
                       'name', coalesce(n.title, o.organisation_id)) ORDER BY o.organisation_id), '[]')
              FROM person_org o LEFT JOIN record_name n ON n.record_id = o.organisation_id AND n.place = 1
             WHERE o.person = p.id)
      FROM person p
     WHERE cc_ctx_all()
       AND (p_like IS NULL OR lower(p.name) LIKE p_like OR lower(p.login) LIKE p_like)
       AND (NOT EXISTS (SELECT FROM person a WHERE a.id = p_after) -- nobody, or gone: from the first
            OR (cc_person_order(p.name), p.id) > ((SELECT cc_person_order(a.name) FROM person a WHERE a.id = p_after), p_after))
     ORDER BY cc_person_order(p.name), p.id
     LIMIT least(p_limit, 200);
$$;

GRANT EXECUTE ON FUNCTION cc_publication_wait_end(text, boolean) TO cc_job;
GRANT EXECUTE ON FUNCTION cc_consent_is_over(text) TO cc_web;
GRANT EXECUTE ON FUNCTION cc_consent_role(text, text), cc_consent_history(text, integer, integer) TO cc_web, cc_job;
GRANT EXECUTE ON FUNCTION cc_consent_write(text, text, text, text, text, text, text, text, text, timestamptz),
    cc_person_list(text, uuid, integer) TO cc_web;
