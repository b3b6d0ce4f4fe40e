-- SPDX-License-Identifier: EUPL-1.2
-- What the page of a record shows of others (their names, first members, what refers to it) is made when
-- the page is read first, and kept in `page`. A publication removes the rows of the records that it speaks of,
-- which are few; when it changes a name, which any number of pages may show, `feed_head.named` becomes its
-- position, and rows made before count no more. Both happen under the feed's lock, and rows are kept
-- under it: none is made of what is just being replaced. `concord verify` compares those that count.

-- Rows with \x1e between them, columns with \x1f: part, a, id, language, title, roles, state, kind.
--   count     a consent state, id members of a partnership, or memberships of an organisation
-- and, each with id, language, title and kind of another record,
--   name      a record that this one refers to; the title of a merged one is that of its successor
--   member    a membership, roles, state: first 25; of a partnership those that confirmed, then
--             those that are awaited
--   incoming  a field, roles: first 25, memberships left out
--   publisher a the organisation in whose name the newest revision was published, id what it became
-- Each list is cut by an index in its own order before names are looked up, so that 20,000 members
-- cost what 25 cost; and names are looked up in one place, because each node of a plan costs time
-- even when it finds nothing. Most have a name in the page's language: one look into the key, no sorting.
CREATE OR REPLACE FUNCTION cc_page_lists(p_id text, p_lang text) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN (
        SELECT coalesce(string_agg(array_to_string(ARRAY[part, a, id, lang, title, roles, state, kind], E'\x1f', ''), E'\x1e'), '')
          FROM (SELECT 'count' AS part, c.state AS a, c.members::text AS id, NULL AS lang, NULL AS title,
                       NULL AS roles, NULL AS state, NULL AS kind
                  FROM member_count c WHERE c.partnership_id = p_id AND c.members > 0
                UNION ALL
                SELECT 'count', m.state, count(*)::text, NULL, NULL, NULL, NULL, NULL
                  FROM member m WHERE m.organisation_id = p_id GROUP BY m.state
                UNION ALL
                SELECT o.part, o.a, o.id, n.lang, n.title, o.roles, o.state, n.kind
                  FROM ((SELECT 'name' AS part, NULL AS a, e.to_id AS id, NULL AS roles, NULL AS state,
                                coalesce(g.became, e.to_id) AS named, false AS nameless
                           FROM edge e
                           LEFT JOIN merged g ON g.record_id = e.to_id
                          WHERE e.from_id = p_id ORDER BY e.field, e.to_id LIMIT 400)
                        UNION ALL -- as documents name it that were written before the merge
                        (SELECT 'name', NULL, g.record_id, NULL, NULL, g.became, false
                           FROM edge e
                           JOIN merged g ON g.became = e.to_id AND g.record_id <> g.became
                          WHERE e.from_id = p_id ORDER BY e.field, e.to_id, g.record_id LIMIT 400)
                        UNION ALL
                        (SELECT 'member', membership_id, organisation_id, m.roles, m.state, organisation_id, true
                           FROM member m
                          WHERE partnership_id = p_id AND m.state BETWEEN 'confirmed' AND 'proposed' -- in order of the index
                            AND m.state NOT IN ('contested', 'declined', 'ended', 'expired')
                          ORDER BY m.state, organisation_name, membership_id LIMIT 25)
                        UNION ALL
                        (SELECT 'member', membership_id, partnership_id, m.roles, m.state, partnership_id, false
                           FROM member m WHERE organisation_id = p_id
                          ORDER BY m.state, membership_id LIMIT 25)
                        UNION ALL
                        (SELECT 'incoming', field, from_id, role, NULL, from_id, false
                           FROM edge e WHERE to_id = p_id AND e.kind <> 'membership'
                          ORDER BY e.kind, field, publisher, from_id LIMIT 25)
                        UNION ALL
                        (SELECT 'publisher', v.publisher, coalesce(g.became, v.publisher), NULL, NULL,
                                coalesce(g.became, v.publisher), false
                           FROM publication p
                           JOIN revision v ON v.record_id = p.record_id AND v.number = p.revision
                           LEFT JOIN merged g ON g.record_id = v.publisher
                          WHERE p.record_id = p_id LIMIT 1)) o
                  LEFT JOIN LATERAL ((SELECT r.lang, r.title, r.kind FROM record_name r
                                       WHERE r.record_id = o.named AND r.lang = p_lang)
                                     UNION ALL -- asked only where there is none
                                     (SELECT r.lang, r.title, r.kind FROM record_name r WHERE r.record_id = o.named
                                       ORDER BY place LIMIT 1)
                                     LIMIT 1) n ON true
                 WHERE o.nameless OR n.title IS NOT NULL) rows);
END
$$;

-- The same, and kept: when this transaction may write, and nothing is being published at this moment.
CREATE OR REPLACE FUNCTION cc_page_keep(p_id text, p_lang text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
DECLARE
    made page;
BEGIN
    IF current_setting('transaction_read_only') = 'on' OR NOT pg_try_advisory_xact_lock(hashtext('concord.feed')) THEN
        RETURN cc_page_lists(p_id, p_lang);
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true); -- if it is lost, it is made again
    SELECT p_id, p_lang, h.position, cc_page_lists(p_id, p_lang) INTO made FROM feed_head h;
    INSERT INTO page VALUES (made.*)
    ON CONFLICT (record_id, lang) DO UPDATE SET position = excluded.position, lists = excluded.lists;
    RETURN made.lists;
END
$$;

-- Of the records of a publication, those that they referred to before, and those that they refer to now.
CREATE OR REPLACE FUNCTION cc_page_forget(p_ids text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM page WHERE record_id = ANY (p_ids || ARRAY(SELECT to_id FROM edge WHERE from_id = ANY (p_ids)));
END
$$;

-- What pages show of the names of these records, to compare.
CREATE OR REPLACE FUNCTION cc_page_names(p_ids text[]) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN (SELECT string_agg(concat_ws(' ', record_id, lang, place, title), E'\n' ORDER BY record_id, lang)
              FROM record_name WHERE record_id = ANY (p_ids));
END
$$;

-- Rows that count and are not what would be made now.
CREATE OR REPLACE FUNCTION cc_page_differs() RETURNS TABLE (record_id text, what text)
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp
AS $$
    SELECT g.record_id, 'page.lists' FROM page g
     WHERE g.position >= (SELECT named FROM feed_head) AND g.lists <> cc_page_lists(g.record_id, g.lang)
    UNION ALL
    SELECT g.record_id, 'page' FROM page g
     WHERE NOT EXISTS (SELECT FROM publication p WHERE p.record_id = g.record_id)
        OR g.position > (SELECT position FROM feed_head)
    UNION ALL
    SELECT '', 'feed_head.named' FROM feed_head WHERE named NOT BETWEEN 0 AND position
$$;
GRANT EXECUTE ON FUNCTION cc_page_keep(text, text) TO cc_web, cc_login;
GRANT EXECUTE ON FUNCTION cc_page_differs() TO cc_job, cc_audit;
