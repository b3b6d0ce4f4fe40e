-- SPDX-License-Identifier: EUPL-1.2
-- What an import of IATI leaves beside the records that it made.

-- p_batch: [{"id":"A..","kind":"activity","identifier":"XM-1","key":"xm-1","digest":"..","reader":"..",
--            "updated":"..","unmatched":[".."],"kept":[{"element":"budget","items":3,"xml":"<budget .../>.."}]}]
CREATE OR REPLACE FUNCTION cc_iati_store(p_batch jsonb) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO concord.iati_source (record_id, kind, identifier, key, body, digest, reader, updated, unmatched)
    SELECT b->>'id', b->>'kind', b->>'identifier', b->>'key', CASE WHEN b->>'identifier' IS NULL THEN b->>'key' END,
           b->>'digest', b->>'reader', b->>'updated', ARRAY(SELECT jsonb_array_elements_text(b->'unmatched'))
      FROM jsonb_array_elements(p_batch) b
    ON CONFLICT (record_id) DO UPDATE
        SET (identifier, key) = (SELECT CASE WHEN stays THEN iati_source.identifier ELSE excluded.identifier END,
                                        CASE WHEN stays THEN iati_source.key ELSE excluded.key END
                                   FROM (SELECT excluded.identifier IS NULL -- an older file does not take it away, nor does one
                                                OR (iati_source.kind = 'organisation' -- under another that finds the record anyhow
                                                    AND EXISTS (SELECT FROM concord.told_identifier t
                                                                 WHERE t.record_id = iati_source.record_id
                                                                   AND t.key = excluded.key COLLATE "C"))) k(stays)),
            body = coalesce(iati_source.body, excluded.body), digest = excluded.digest,
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

-- Keeps told_identifier and iati_part (what was published before stands in publication still). Under the feed's lock.
CREATE OR REPLACE FUNCTION cc_iati_tell() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    INSERT INTO iati_part AS p (until, records)
    SELECT (m.position + 499) / 500 * 500, sum(m.n)
      FROM (SELECT DISTINCT ON (record_id) record_id, kind, state, position FROM added
             WHERE kind IN ('activity', 'partnership') ORDER BY record_id, position DESC) a
     CROSS JOIN LATERAL (SELECT a.position, 1 AS n WHERE a.state = 'published'
                          UNION ALL -- by key (OFFSET 0): a partial index would be read whole for each record
                         SELECT b.position, -1 FROM (SELECT state, position FROM publication WHERE record_id = a.record_id OFFSET 0) b
                          WHERE b.state = 'published') m
     GROUP BY 1 ORDER BY 1
    ON CONFLICT (until) DO UPDATE SET records = p.records + excluded.records;
    IF NOT EXISTS (SELECT FROM added WHERE kind = 'organisation' AND state = 'published') THEN
        RETURN NULL;
    END IF;
    DELETE FROM told_identifier
     WHERE record_id = ANY (ARRAY(SELECT record_id FROM added WHERE kind = 'organisation' AND state = 'published'));
    INSERT INTO told_identifier (record_id, key, ref)
    SELECT a.record_id, cc_iati_key(t.ref), min(t.ref)
      FROM (SELECT DISTINCT ON (record_id) record_id, content FROM added
             WHERE kind = 'organisation' AND state = 'published' AND content IS NOT NULL ORDER BY record_id, number DESC) a
     CROSS JOIN LATERAL cc_iati_refs_told(a.content) t(ref)
     WHERE cc_iati_key(t.ref) IS NOT NULL
     GROUP BY 1, 2;
    RETURN NULL;
END
$$;
-- Those whose an activity's identifier is: who has published the longest identifier that it begins with, and a hyphen.
-- Withdrawn ones have not given theirs away; those of one that was merged are of the one that it became.
CREATE OR REPLACE FUNCTION cc_iati_holders(p_key text) RETURNS TABLE (record_id text, ref text)
LANGUAGE sql STABLE AS $$
    SELECT h.record_id, h.ref
      FROM (SELECT coalesce(g.became, t.record_id) AS record_id, t.ref, rank() OVER (ORDER BY length(t.key) DESC) AS place
              FROM concord.told_identifier t
              JOIN concord.publication p ON p.record_id = t.record_id
              LEFT JOIN concord.merged g ON g.record_id = t.record_id
             WHERE t.key = ANY (ARRAY(SELECT left(p_key, n - 1) FROM generate_series(2, length(p_key) - 1) n
                                       WHERE substr(p_key, n, 1) = '-'))) h
     WHERE h.place = 1
$$;
-- The organisations that have published what an activity's identifier begins with, however short, in whatever spelling of
-- it; `key`, `letters`: that, and how much of it; `told_by`: who published it, who may have been merged since.
DROP FUNCTION IF EXISTS cc_iati_claims(text);
CREATE OR REPLACE FUNCTION cc_iati_claims(p_key text) RETURNS TABLE (record_id text, letters integer, key text, told_by text)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(g.became, t.record_id), n.letters, w.key, t.record_id
      FROM (SELECT n - 1 AS letters, left(p_key, n - 1) AS key FROM generate_series(2, length(p_key) - 1) n
             WHERE substr(p_key, n, 1) = '-') n
     CROSS JOIN LATERAL unnest(ARRAY[n.key, 'xm-' || n.key, 'xm-dac-' || n.key]) w(key)
     CROSS JOIN LATERAL (SELECT i.record_id FROM concord.told_identifier i WHERE i.key = w.key OFFSET 0) t -- one by one
      LEFT JOIN concord.merged g ON g.record_id = t.record_id
$$;
-- Of whom is a record that is found by an identifier: of the organisation whose it is. The secretariat may bring what it likes.
CREATE OR REPLACE FUNCTION cc_iati_source_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    folded CONSTANT text := cc_iati_key(NEW.key);
    owner text;
BEGIN
    IF cc_ctx_all() OR (NEW.kind = 'activity' AND NEW.identifier IS NULL AND starts_with(NEW.key, ' ')) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.kind = 'organisation' AND (NEW.key, NEW.identifier) = (OLD.key, OLD.identifier) THEN
        RETURN NEW; -- it stays, and that of the file was looked at before
    END IF;
    SELECT owner_org INTO owner FROM record WHERE id = NEW.record_id;
    IF NEW.kind = 'organisation' THEN -- DAC-41114, 41114, and GB-1 for XM-DAC-12-1
        PERFORM FROM told_identifier t JOIN publication p ON p.record_id = t.record_id AND p.state = 'published'
          WHERE t.record_id = owner
            AND (t.key IN (folded, 'xm-' || folded, 'xm-dac-' || folded)
                 OR (folded ~ '^[a-z]{2}-[0-9]+$' AND t.key ~ ('^xm-dac-[0-9]+' || substr(folded, 3) || '$')));
    ELSE
        PERFORM FROM cc_iati_holders(folded) h JOIN publication p ON p.record_id = h.record_id AND p.state = 'published'
          WHERE h.record_id = owner;
    END IF;
    IF NOT FOUND OR cc_iati_key(NEW.identifier) IS DISTINCT FROM folded THEN
        RAISE EXCEPTION 'identifier "%" is not of organisation "%"', NEW.identifier, owner USING ERRCODE = 'CC403';
    END IF;
    RETURN NEW;
END
$$;

-- Fixes the identifiers that the registry makes for these records, and for those that these organisations
-- report. Once: IATI's identifiers never change. Called when they are published. What came from IATI without an
-- identifier is another's, who may publish it elsewhere: none is made for it, which is fixed as ''.
CREATE OR REPLACE FUNCTION cc_iati_fix(p_ids text[]) RETURNS void
LANGUAGE plpgsql SET search_path = concord, pg_temp SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO iati_identifier (record_id, identifier, ref)
    SELECT i.id, '', ''
      FROM unnest(p_ids) i(id)
     -- by key (OFFSET 0): those of all activities would be read for each batch
     CROSS JOIN LATERAL (SELECT kind, identifier FROM iati_source WHERE record_id = i.id OFFSET 0) s
     WHERE s.kind = 'activity' AND s.identifier IS NULL
    ON CONFLICT DO NOTHING;
    INSERT INTO iati_identifier (record_id, identifier, ref)
    SELECT p.record_id, f.ref || '-' || p.record_id, f.ref
      FROM (SELECT unnest(p_ids) AS id
             UNION
            SELECT e.from_id FROM unnest(p_ids) i(id)
             -- by key (OFFSET 0): all that names an organisation would be read, whatever as
             CROSS JOIN LATERAL (SELECT from_id FROM edge
                                  WHERE to_id = i.id AND kind = 'activity' AND field = 'reporting.organisation' OFFSET 0) e
             UNION
            SELECT e.from_id FROM unnest(p_ids) i(id)
             CROSS JOIN LATERAL (SELECT from_id FROM edge
                                  WHERE to_id = i.id AND kind = 'partnership' AND field = 'host' OFFSET 0) e) c
     -- by key (OFFSET 0): the partial index of these kinds would be read whole for each record
     CROSS JOIN LATERAL (SELECT record_id, revision
                           FROM (SELECT * FROM publication WHERE record_id = c.id OFFSET 0) x
                          WHERE state = 'published' AND kind IN ('activity', 'partnership')
                            AND strpos(content, '<iati-identifier>') = 0) p
     CROSS JOIN LATERAL (SELECT publisher FROM revision
                          WHERE record_id = p.record_id AND number = p.revision LIMIT 1) r
     CROSS JOIN LATERAL (SELECT coalesce((SELECT e.to_id FROM edge e
                                           WHERE e.from_id = p.record_id
                                             AND e.field IN ('reporting.organisation', 'host') LIMIT 1),
                                         (SELECT became FROM merged WHERE record_id = r.publisher),
                                         r.publisher) AS id OFFSET 0) w
     CROSS JOIN LATERAL (SELECT content
                           FROM (SELECT * FROM publication WHERE record_id = w.id OFFSET 0) x
                          WHERE state = 'published') o
     CROSS JOIN LATERAL (SELECT cc_iati_ref(o.content) AS ref OFFSET 0) f
     WHERE NOT EXISTS (SELECT FROM iati_identifier i WHERE i.record_id = c.id)
       AND f.ref IS NOT NULL
    ON CONFLICT DO NOTHING;
END
$$;
GRANT EXECUTE ON FUNCTION cc_iati_ref(text) TO cc_web, cc_job;

-- The identifiers of an organisation in its published content, as IATI writes them. UNGM is no register that IATI knows.
CREATE OR REPLACE FUNCTION cc_iati_refs_told(p_content text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT CASE WHEN starts_with(value, m[1] || '-') THEN value ELSE m[1] || '-' || value END
      FROM regexp_matches(p_content, '<identifier (?:[^>]* )?scheme="([^"]*)"[^>]*>([^<]*)</identifier>', 'g') m
     CROSS JOIN LATERAL (SELECT replace(replace(replace(m[2], '&lt;', '<'), '&gt;', '>'), '&amp;', '&')) v(value)
     WHERE m[1] <> 'UNGM'
$$;
-- Had it published this identifier when something was made here?
CREATE OR REPLACE FUNCTION cc_iati_was_told(p_organisation text, p_key text, p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT p_key IN (SELECT cc_iati_key(t) FROM cc_iati_refs_told(r.content) t)
                       FROM concord.revision r
                      WHERE r.record_id = p_organisation AND r.state = 'published' AND r.stamp <= p_at
                      ORDER BY r.number DESC LIMIT 1), false)
$$;
-- Who told an activity that is here, where that is not who tells it now; of one that was merged that which it became.
-- `is_held`: the identifier is that one's: it begins with one that he has published, and not with a longer one which who tells
-- it now had published before the record was made; or with the one under which he told it, and with none of who tells it now.
-- `is_claimed`: it begins with one of who tells it now.
CREATE OR REPLACE FUNCTION cc_iati_held(p_record text, p_teller text) RETURNS TABLE (teller text, is_held boolean, is_claimed boolean)
LANGUAGE sql STABLE AS $$
    SELECT h.teller,
           NOT h.is_secondary AND h.key IS NOT NULL
           AND CASE WHEN c.here IS NULL THEN c.now IS NULL AND starts_with(h.key, h.ref || '-')
                    ELSE NOT (coalesce(c.now, 0) > c.here
                              AND EXISTS (SELECT FROM cc_iati_claims(h.key) l
                                           WHERE l.record_id = p_teller AND l.letters > c.here
                                             AND cc_iati_was_told(l.told_by, l.key, h.created_at)))
               END,
           c.now IS NOT NULL
      FROM (SELECT coalesce(g.became, x.id) AS teller, a.reporting_secondary AS is_secondary, r.created_at,
                   coalesce(cc_iati_key(a.reporting_ref), '') AS ref,
                   -- one that came as native XML has no source, one that came without an identifier only what the form gave it
                   coalesce(CASE WHEN s.identifier IS NOT NULL THEN cc_iati_key(s.key) END, a.iati_key) AS key
              FROM concord.record r
              JOIN concord.activity a ON a.record_id = r.id
              LEFT JOIN concord.iati_source s ON s.record_id = r.id
             CROSS JOIN LATERAL (SELECT coalesce(a.reporting_organisation, r.owner_org) AS id OFFSET 0) x
              LEFT JOIN concord.merged g ON g.record_id = x.id
             WHERE r.id = p_record LIMIT 1) h
     CROSS JOIN LATERAL (SELECT max(letters) FILTER (WHERE record_id = h.teller) AS here,
                                max(letters) FILTER (WHERE record_id = p_teller) AS now
                           FROM cc_iati_claims(h.key) OFFSET 0) c
     WHERE h.teller <> p_teller
$$;
-- The organisation that has published this identifier, whatever its spelling, but that one, and what was merged into it.
DROP FUNCTION IF EXISTS cc_iati_is_told(text, text);
CREATE OR REPLACE FUNCTION cc_iati_organisation_told(p_key text, p_but text) RETURNS TABLE (record_id text)
LANGUAGE sql STABLE AS $$
    SELECT t.record_id
      FROM concord.told_identifier t
      JOIN concord.publication p ON p.record_id = t.record_id
      LEFT JOIN concord.merged g ON g.record_id = t.record_id
     WHERE t.key = p_key AND coalesce(g.became, t.record_id) IS DISTINCT FROM p_but
     ORDER BY t.record_id LIMIT 1
$$;
-- Published identifiers of other organisations that begin with this one and a hyphen.
DROP FUNCTION IF EXISTS cc_iati_longer_told(text, text); -- whose parameter had another name
CREATE OR REPLACE FUNCTION cc_iati_longer_told(p_key text, p_except text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT t.ref
      FROM concord.told_identifier t
      JOIN concord.publication p ON p.record_id = t.record_id
      LEFT JOIN concord.merged g ON g.record_id = t.record_id
     WHERE t.key > p_key || '-' COLLATE "C" AND t.key < p_key || '.' COLLATE "C" AND coalesce(g.became, t.record_id) <> p_except
$$;
GRANT EXECUTE ON FUNCTION cc_iati_refs_told(text), cc_iati_holders(text), cc_iati_claims(text),
    cc_iati_was_told(text, text, timestamptz), cc_iati_held(text, text),
    cc_iati_organisation_told(text, text), cc_iati_longer_told(text, text) TO cc_web, cc_job;

-- What these two would be, made of what is published: identifiers of these organisations (NULL = of all) by their newest
-- published content, unless it was taken out.
CREATE OR REPLACE FUNCTION cc_iati_telling(p_ids text[] DEFAULT NULL) RETURNS TABLE (record_id text, key text, ref text)
LANGUAGE sql STABLE AS $$
    SELECT o.record_id, k.key, min(t.ref)
      FROM (SELECT p.record_id, coalesce(p.content, r.content) AS content
              FROM concord.publication p
              LEFT JOIN LATERAL (SELECT content FROM concord.revision
                                  WHERE p.state <> 'published' AND record_id = p.record_id AND state = 'published'
                                  ORDER BY number DESC LIMIT 1) r ON true
             WHERE p.kind = 'organisation' AND (p_ids IS NULL OR p.record_id = ANY (p_ids))) o
     CROSS JOIN LATERAL cc_iati_refs_told(o.content) t(ref)
     CROSS JOIN LATERAL (SELECT cc_iati_key(t.ref) AS key OFFSET 0) k
     WHERE k.key IS NOT NULL
     GROUP BY 1, 2
$$;
CREATE OR REPLACE FUNCTION cc_iati_counting() RETURNS TABLE (until bigint, records bigint)
LANGUAGE sql STABLE AS $$
    SELECT (position + 499) / 500 * 500, count(*) FROM concord.publication
     WHERE state = 'published' AND kind IN ('activity', 'partnership') GROUP BY 1
$$;
-- Where they differ: the organisation, or the last position of the part.
CREATE OR REPLACE FUNCTION cc_iati_differs() RETURNS TABLE (record_id text, what text)
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT DISTINCT record_id, 'told_identifier'
      FROM told_identifier t FULL JOIN cc_iati_telling() m USING (record_id, key)
     WHERE t.ref IS DISTINCT FROM m.ref
       AND NOT (m.ref IS NULL AND EXISTS (SELECT FROM revision r WHERE r.record_id = t.record_id AND r.content IS NULL
                                             AND r.content_sha256 IS NOT NULL))
    UNION ALL
    SELECT until::text, 'iati_part' FROM iati_part p FULL JOIN cc_iati_counting() m USING (until)
     WHERE coalesce(p.records, 0) <> coalesce(m.records, 0)
$$;
-- `concord reindex`: made anew where they differ, which is looked at before anybody has to wait.
CREATE OR REPLACE FUNCTION cc_iati_mend() RETURNS void
LANGUAGE plpgsql SET search_path = concord, pg_temp
AS $$
DECLARE
    wrong CONSTANT text[] := ARRAY(SELECT record_id FROM cc_iati_differs());
BEGIN
    IF wrong = '{}' THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('concord.feed'));
    DELETE FROM told_identifier WHERE record_id = ANY (wrong);
    INSERT INTO told_identifier (record_id, key, ref) SELECT record_id, key, ref FROM cc_iati_telling(wrong);
    DELETE FROM iati_part p WHERE NOT EXISTS (SELECT FROM cc_iati_counting() m WHERE m.until = p.until);
    INSERT INTO iati_part AS p (until, records) SELECT until, records FROM cc_iati_counting()
    ON CONFLICT (until) DO UPDATE SET records = excluded.records WHERE p.records <> excluded.records;
END
$$;
GRANT EXECUTE ON FUNCTION cc_iati_differs() TO cc_job, cc_audit;

-- An organisation sends a file: one of each organisation is read at a time and two of all, so that a third worker of its
-- class keeps its readers, and 30 an hour from each organisation and person, trials too. NULL: it may, until cc_upload_end() or
-- the end of the connection. 'own': another of its files is being read; 'busy': those of two others.
-- The locks outlive transactions: an import is many of them.
CREATE OR REPLACE FUNCTION cc_upload_begin(p_organisation text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
BEGIN
    IF cc_ctx_person() IS NULL OR NOT (cc_ctx_all() OR p_organisation = ANY (cc_ctx_orgs_focal())) THEN
        RAISE EXCEPTION 'files of organisation "%" may not be sent', p_organisation USING ERRCODE = 'CC403';
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('concord.upload of'), hashtext(p_organisation)) THEN
        RETURN 'own';
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('concord.upload'), 1) AND NOT pg_try_advisory_lock(hashtext('concord.upload'), 2) THEN
        PERFORM cc_upload_end();
        RETURN 'busy';
    END IF;
    IF 30 <= ANY (ARRAY[
        (SELECT count(*) FROM (SELECT FROM audit_event WHERE object = p_organisation AND action = 'import.own'
                                  AND at > now() - interval '1 hour' LIMIT 30) e),
        (SELECT count(*) FROM (SELECT FROM audit_event WHERE person = cc_ctx_person() AND action = 'import.own'
                                  AND at > now() - interval '1 hour' LIMIT 30) e)]) THEN
        PERFORM cc_upload_end();
        RETURN 'often';
    END IF;
    INSERT INTO audit_event (action, object) VALUES ('import.own', p_organisation);
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION cc_upload_end() RETURNS boolean
LANGUAGE sql AS $$ SELECT pg_advisory_unlock_all() IS NULL $$; -- however often it was taken; there are no others
GRANT EXECUTE ON FUNCTION cc_upload_begin(text), cc_upload_end() TO cc_web;

-- The organisation that reports a published record: the one that an activity names, the host of a partnership, else the
-- publisher. This and the next in the words of one SELECT, so that it becomes part of the statement that asks.
CREATE OR REPLACE FUNCTION cc_iati_reporter(p_id text) RETURNS TABLE (reporter text)
LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT coalesce((SELECT e.to_id FROM edge e
                      WHERE e.from_id = p_id AND e.field IN ('reporting.organisation', 'host') LIMIT 1),
                    (SELECT coalesce((SELECT became FROM merged WHERE record_id = r.publisher), r.publisher)
                       FROM publication p JOIN revision r ON r.record_id = p.record_id AND r.number = p.revision
                      WHERE p.record_id = p_id))
$$;
-- By whom it is told in IATI.
CREATE OR REPLACE FUNCTION cc_iati_told(p_id text, p_revision integer)
RETURNS TABLE (publisher text, reporter text, reporter_content text, fixed text, fixed_ref text)
LANGUAGE sql STABLE AS $$
    SELECT u.publisher, s.reporter, o.content, i.identifier, i.ref
      FROM revision r
     CROSS JOIN LATERAL (SELECT coalesce((SELECT became FROM merged WHERE record_id = r.publisher), r.publisher)
                             AS publisher) u
     CROSS JOIN LATERAL cc_iati_reporter(p_id) s
      LEFT JOIN publication o ON o.record_id = s.reporter AND o.state = 'published'
      LEFT JOIN iati_identifier i ON i.record_id = p_id
     WHERE r.record_id = p_id AND r.number = p_revision
$$;

-- The first confirmed members of a partnership whose content is public, with their place among them: as many as are
-- to be shown, not more of them than so many bytes, and one behind the last, by which the rest is known.
CREATE OR REPLACE FUNCTION cc_iati_members(p_id text, p_members bigint, p_bytes bigint)
RETURNS TABLE (roles text, content text, place bigint, is_shown boolean)
LANGUAGE sql STABLE AS $$
    SELECT f.roles, f.content, f.place,
           f.place <= p_members AND f.bytes - octet_length(f.content) < p_bytes
      FROM (SELECT c.roles, p.content, row_number() OVER w AS place, sum(octet_length(p.content)) OVER w AS bytes
              FROM (SELECT m.roles, m.organisation_id, m.organisation_name, m.membership_id FROM member m
                     WHERE m.partnership_id = p_id AND m.state = 'confirmed'
                     ORDER BY m.organisation_name, m.membership_id LIMIT p_members + 1) c
              JOIN publication p ON p.record_id = c.organisation_id AND p.state = 'published' AND p.content IS NOT NULL
            WINDOW w AS (ORDER BY c.organisation_name, c.membership_id ROWS UNBOUNDED PRECEDING)) f
$$;
-- The published organisations that take part in an activity of this content without a name or a reference told there, as
-- often as they do, and not more of them than so many bytes. Rows come as they stand there: nothing is sorted. Where the
-- activity has an identifier of its own, what it tells comes back by files: whom it tells by a reference stays so. In
-- canonical XML attributes hold no "<".
CREATE OR REPLACE FUNCTION cc_iati_unnamed(p_content text, p_bytes bigint) RETURNS TABLE (content text, place bigint)
LANGUAGE sql STABLE AS $$
    SELECT f.content, f.place
      FROM (SELECT p.content, row_number() OVER w AS place, sum(octet_length(p.content)) OVER w AS bytes
              FROM regexp_matches(p_content, '<participant [^<]*organisation="([^"]*)"'
                                  || CASE WHEN strpos(p_content, '<iati-identifier>') > 0 THEN ' role='
                                          ELSE '(?: role=|[^<]*></participant>)' END, 'g') m
              JOIN publication p ON p.record_id = m[1] AND p.state = 'published' AND p.content IS NOT NULL
            WINDOW w AS (ROWS UNBOUNDED PRECEDING)) f
     WHERE f.bytes - octet_length(f.content) < p_bytes
$$;
GRANT EXECUTE ON FUNCTION cc_iati_reporter(text), cc_iati_told(text, integer), cc_iati_unnamed(text, bigint), cc_iati_members(text, bigint, bigint) TO cc_web, cc_login, cc_job, cc_audit;
