-- SPDX-License-Identifier: EUPL-1.2
-- What the search statement (queries/search.sql) asks before it looks: constants while it is planned.
-- It is planned anew each time, so what these functions find in a table may be called immutable.

-- The text search configuration of a language; `simple` where there is no stemming.
CREATE OR REPLACE FUNCTION cc_search_config(p_lang text) RETURNS regconfig
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE split_part(p_lang, '-', 1)
               WHEN 'en' THEN 'pg_catalog.english'::regconfig
               WHEN 'fr' THEN 'pg_catalog.french'::regconfig
               WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
               WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
               WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
               ELSE 'pg_catalog.simple'::regconfig END
$$;

-- Without accents; but Russian endings are known by their й, so only ё is another е there.
-- Part of the expressions that call it: without a search path of its own.
CREATE OR REPLACE FUNCTION cc_search_plainly(p_text text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN p_text ~ '[а-яѐ-ӿ]' THEN translate(p_text, 'ёàáâãäåçèéêëìíîïñòóôõöùúûüýÿ',
                                                        'еaaaaaaceeeeiiiinooooouuuuyy')
                ELSE concord.unaccent(p_text) END
$$;

-- A lexeme that no text can have: an identifier as it is.
CREATE OR REPLACE FUNCTION cc_search_quoted(p_id text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT '''id:' || replace(replace(p_id, '\', '\\'), '''', '''''') || '''' $$;

-- Names as they are written, each text by the stemmer of its own language, identifiers whole. The
-- texts are blank-separated words already (core/words.c). Small on purpose: a phrase reads it whole.
CREATE OR REPLACE FUNCTION cc_search_tsv(p_projection jsonb) RETURNS tsvector
LANGUAGE plpgsql STABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    search jsonb := p_projection->'search';
    result tsvector := setweight(to_tsvector('simple', cc_search_plainly(coalesce(search->>'words', ''))), 'A');
    t record;
BEGIN
    FOR t IN SELECT key, value FROM jsonb_each_text(search->'texts') LOOP
        result := result || setweight(to_tsvector(cc_search_config(t.key),
                                                  cc_search_plainly(left(t.value, 12000))), 'C');
    END LOOP;
    FOR t IN SELECT value FROM jsonb_array_elements_text(search->'ids') LOOP
        result := result || (cc_search_quoted(t.value) || ':1A')::tsvector;
    END LOOP;
    RETURN result;
END
$$;

DROP FUNCTION IF EXISTS cc_search_keys_known(text, jsonb); -- see cc_rows_search()

-- One word in every language that its script may be of; NULL when it is a stop word of the page's
-- language or of English and p_keep is false.
CREATE OR REPLACE FUNCTION cc_search_word(p_word text, p_lang text, p_keep boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    word text := cc_search_plainly(p_word);
    result tsquery := plainto_tsquery('simple', word);
    config regconfig;
    part tsquery;
BEGIN
    IF NOT p_keep AND (numnode(plainto_tsquery(cc_search_config(p_lang), word)) = 0
                       OR numnode(plainto_tsquery('english', word)) = 0) THEN
        RETURN NULL;
    END IF;
    FOREACH config IN ARRAY CASE
        WHEN word ~ '[а-яѐ-ӿ]' THEN '{russian}'::regconfig[]
        WHEN word ~ '[\u0600-\u06ff]' THEN '{arabic}'::regconfig[]
        WHEN word ~ '[a-z]' AND word !~ '[0-9]' THEN '{english,french,spanish}'::regconfig[]
        ELSE '{}'::regconfig[] END
    LOOP
        part := plainto_tsquery(config, word);
        IF numnode(part) > 0 AND position(part::text IN result::text) = 0 THEN
            result := result || part;
        END IF;
    END LOOP;
    RETURN CASE WHEN numnode(result) > 0 THEN result END;
END
$$;

-- p_terms: [{"words":["multi","stakeholder"],"id":"multi-stakeholder","not":true,"phrase":true,"keep":true}]
-- All terms must be there. NULL when there is none; what nothing fits (a lexeme that no document has) when none
-- of them is anything to look for: words that shall not be there do not say what shall.
CREATE OR REPLACE FUNCTION cc_search_query(p_terms jsonb, p_lang text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    result tsquery;
    nots tsquery;
    keep boolean := false;
    term record;
    word text;
    part tsquery;
    one tsquery;
BEGIN
    LOOP
        FOR term IN SELECT t->'words' AS words, t->>'id' AS id,
                           coalesce((t->>'not')::boolean, false) AS is_not,
                           coalesce((t->>'phrase')::boolean, false) AS is_phrase,
                           coalesce((t->>'keep')::boolean, false) AS is_kept
                      FROM jsonb_array_elements(p_terms) t LOOP
            part := NULL;
            FOR word IN SELECT jsonb_array_elements_text(term.words) LOOP
                one := cc_search_word(word, p_lang, keep OR term.is_kept);
                part := CASE WHEN part IS NULL THEN one WHEN one IS NULL THEN part
                             WHEN term.is_phrase THEN part <-> one ELSE part && one END;
            END LOOP;
            IF term.id IS NOT NULL THEN
                one := cc_search_quoted(term.id)::tsquery;
                part := CASE WHEN part IS NULL THEN one ELSE part || one END;
            END IF;
            IF part IS NULL THEN
                CONTINUE;
            ELSIF term.is_not THEN
                nots := CASE WHEN nots IS NULL THEN !!part ELSE nots && !!part END;
            ELSE
                result := CASE WHEN result IS NULL THEN part ELSE result && part END;
            END IF;
        END LOOP;
        EXIT WHEN result IS NOT NULL OR keep;
        keep := true; -- only stop words: then they are meant
    END LOOP;
    IF result IS NULL THEN
        RETURN CASE WHEN p_terms <> '[]' THEN $x$' '$x$::tsquery END;
    END IF;
    RETURN CASE WHEN nots IS NULL THEN result ELSE result && nots END;
END
$$;

-- The same from words as somebody typed them: all of them, without operators.
CREATE OR REPLACE FUNCTION cc_search_plain(p_text text, p_lang text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN cc_search_query(
        (SELECT coalesce(jsonb_agg(jsonb_build_object('words', jsonb_build_array(w))), '[]')
           FROM regexp_split_to_table(lower(left(p_text, 200)), '[^[:alnum:]]+') w WHERE w <> ''), p_lang);
END
$$;

-- goal=5, country=KE as numbers; -1, which nothing has, for values that no record has.
CREATE OR REPLACE FUNCTION cc_facet_ids(p_facets text[]) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN (SELECT array_agg(coalesce(f.id, -1))
              FROM unnest(p_facets) x(pair)
              LEFT JOIN facet f ON f.name = split_part(x.pair, '=', 1)
                               AND f.value = substr(x.pair, strpos(x.pair, '=') + 1));
END
$$;

-- The same, and the kind among them.
CREATE OR REPLACE FUNCTION cc_search_ids(p_facets text[], p_kind text) RETURNS integer[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT cc_facet_ids(CASE WHEN p_kind IS NULL THEN p_facets ELSE p_facets || ('kind=' || p_kind) END) $$;

-- Does a row of search fit? What is NULL is not asked.
CREATE OR REPLACE FUNCTION cc_search_fits(p_id text, p_tsv tsvector, p_keys integer[], p_query tsquery, p_ids integer[],
                                          p_together text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT (p_query IS NULL OR p_tsv @@ p_query) AND (p_ids IS NULL OR p_keys @> p_ids)
       AND (p_together IS NULL OR p_id = ANY (p_together))
$$;

-- What an index knows of a question: words of a phrase, wherever they stand; and the phrase itself, which
-- each of these records is read for. NULL = no phrase.
CREATE OR REPLACE FUNCTION cc_search_loose(p_query tsquery) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN regexp_replace(p_query::text, ' <(-|[0-9]+)> ', ' & ', 'g')::tsquery; END $$;

CREATE OR REPLACE FUNCTION cc_search_phrase(p_query tsquery) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN CASE WHEN p_query::text ~ ' <(-|[0-9]+)> ' THEN p_query END; END $$;

-- Patterns of LIKE for names, one a line: with each of these words; that begin with them, behind an
-- article or not (p_end: and go on so).
CREATE OR REPLACE FUNCTION cc_search_words(p_name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT '%' || w || '%'
                   FROM regexp_split_to_table(regexp_replace(p_name, '([\\%_])', '\\\1', 'g'), '[\s"]+') w WHERE w <> '');
END
$$;

CREATE OR REPLACE FUNCTION cc_search_begins(p_name text, p_end text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT '%' || E'\n' || article || regexp_replace(btrim(p_name, ' "'), '([\\%_])', '\\\1', 'g') || p_end || '%'
                   FROM unnest(ARRAY['', 'the ', 'le ', 'la ', 'les ', 'l' || chr(39), 'l’', 'el ', 'los ', 'las ']) article);
END
$$;

-- Whose name is what was typed, then whose name begins so, then whose name has all the words, of each
-- the partnerships first, then the organisations; then by number and place of the words (p_rank: below 1).
CREATE OR REPLACE FUNCTION cc_search_rank(p_names text, p_kind text, p_words text[], p_begins text[], p_is text[],
                                          p_rank real) RETURNS real
LANGUAGE sql IMMUTABLE
AS $$
    SELECT (p_rank * 0.3
            + CASE WHEN p_names LIKE ALL (p_words)
                   THEN CASE WHEN NOT E'\n' || p_names LIKE ANY (p_begins) THEN 1
                             WHEN E'\n' || p_names || E'\n' LIKE ANY (p_is) THEN 3 ELSE 2 END
                        + CASE p_kind WHEN 'partnership' THEN 0.6 WHEN 'organisation' THEN 0.3 ELSE 0 END
                   ELSE 0 END)::real
$$;

-- The first records whose title or acronym is what was typed or begins so: they are matched before
-- others, of which there may be more than are ranked.
CREATE OR REPLACE FUNCTION cc_search_named(p_name text, p_kind text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    plain text := unaccent(btrim(p_name, ' "'));
BEGIN
    plain := left(plain, CASE WHEN octet_length(plain) = length(plain) THEN 60 ELSE 20 END); -- as long as sort keys
    RETURN ARRAY(
        SELECT n.record_id
          FROM facet k
         CROSS JOIN unnest(ARRAY[plain, 'the ' || plain]) b(key)
         CROSS JOIN LATERAL (SELECT s.record_id FROM search s
                              WHERE s.kind = k.value AND s.kind <> 'membership'
                                AND s.sort_key >= b.key AND s.sort_key < b.key || chr(1114111)
                              ORDER BY s.sort_key, s.record_id LIMIT 25) n
         WHERE k.name = 'kind' AND (p_kind IS NULL OR k.value = p_kind) AND plain <> ''
        UNION
        (SELECT record_id FROM record_name WHERE lower(acronym) = p_name LIMIT 100));
END
$$;

-- What any of these organisations takes part in, in a role; p_among: of these records. NULL = not asked.
-- Who declined, contested or left does not take part; who was asked is shown as asked.
CREATE OR REPLACE FUNCTION cc_takes_part(p_ids text[], p_role text, p_among text[]) RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT m.partnership_id FROM member m
     WHERE m.organisation_id = ANY (p_ids) AND m.state IN ('confirmed', 'invited', 'proposed')
       AND (p_role IS NULL OR p_role = ANY (string_to_array(m.roles, ' ')))
       AND (p_among IS NULL OR m.partnership_id = ANY (p_among))
    UNION
    SELECT e.from_id FROM edge e
     WHERE e.to_id = ANY (p_ids) AND e.kind NOT IN ('membership', 'organisation')
       AND (p_role IS NULL
            OR EXISTS (SELECT FROM cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r
                        WHERE r.code = p_role))
       AND (p_among IS NULL OR e.from_id = ANY (p_among))
$$;

-- What all of these organisations take part in: [{"id":"O..","name":"folded name","role":"donor"}], at
-- most 20,000. The one that takes part in least comes first, and the others are asked of that alone.
CREATE OR REPLACE FUNCTION cc_together(p_organisations jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    wanted record;
    found text[];
BEGIN
    FOR wanted IN
        SELECT w.ids, w.role, p.part
          FROM (SELECT CASE WHEN o->>'id' IS NOT NULL THEN ARRAY[o->>'id']
                            ELSE ARRAY(SELECT s.record_id FROM search s
                                        WHERE s.kind = 'organisation'
                                          AND s.names LIKE '%' || replace(replace(replace(o->>'name', '\', '\\'),
                                                                                  '%', '\%'), '_', '\_') || '%'
                                          AND o->>'name' = ANY (string_to_array(s.names, E'\n'))
                                        LIMIT 10) END AS ids, o->>'role' AS role
                  FROM jsonb_array_elements(p_organisations) o) w
         CROSS JOIN LATERAL (SELECT ARRAY(SELECT cc_takes_part(w.ids, w.role, NULL) LIMIT 20001)) p(part)
         ORDER BY cardinality(part)
    LOOP
        found := CASE WHEN found IS NULL THEN wanted.part[:20000]
                      WHEN cardinality(wanted.part) <= 20000
                      THEN ARRAY(SELECT unnest(found) INTERSECT SELECT unnest(wanted.part))
                      ELSE ARRAY(SELECT cc_takes_part(wanted.ids, wanted.role, found)) END;
    END LOOP;
    RETURN found;
END
$$;

-- What the statement `search` (sql/queries/search.sql) asks. What the question says is worked out once, and the
-- statement is planned for just that: which of its conditions are there decides by which index it goes.
-- `few`: what fits as one index gives it, those with the name first. All of it sorts by rank; all of what
-- fits, when that is less than total, by anything. Of more, the page is found in the order of the sort,
-- where it is near (`walk`); if it is not, everything that fits is sorted (`rest`). So no question
-- reads more than what fits, or the words of more than 20,000. For a phrase so many are read that have all of its
-- words; where there are more, total says "120+".
CREATE OR REPLACE FUNCTION cc_search(
    p_terms jsonb, p_name text, p_kind text, p_facets text[], p_together jsonb, p_lang text, p_sort text,
    p_after_position bigint, p_after_key text, p_after_rank real, p_after_id text, p_max integer, p_total integer,
    p_counting boolean)
RETURNS TABLE (part text, a text, b text, c text, d text, e text, f text, g text, h text, i text, j text, k text, l text, m text)
LANGUAGE plpgsql -- volatile: each of its statements sees the tables as they are, also beside a switch
AS $fn$
DECLARE
    query CONSTANT tsquery := cc_search_query(p_terms, p_lang);
BEGIN
    RETURN QUERY EXECUTE $q$
WITH few AS MATERIALIZED (
    SELECT s.record_id, s.kind, s.position, s.sort_key, s.keys,
           CASE WHEN $7 = 'relevance' AND $1 IS NOT NULL
                THEN cc_search_rank(s.names, s.kind, $18, $19,
                                    $20,
                                    ts_rank('{0.05,0.1,0.2,1}', s.tsv, $1, 1))
                ELSE 0::real END AS rank
      FROM (SELECT s.*
              FROM (SELECT * FROM search
                     WHERE $7 = 'relevance' AND record_id = ANY ($17)
                    UNION ALL
                    SELECT * FROM search
                     WHERE $7 <> 'relevance' OR record_id <> ALL ($17)) s
             WHERE CASE WHEN $1 IS NULL AND $21 IS NULL AND $5 IS NULL
                        THEN s.kind <> 'membership' AND ($3 IS NULL OR s.kind = $3)
                        ELSE cc_search_fits(s.record_id, s.tsv, s.keys, $15,
                                            $4, $5)
                             AND ($3 IS NOT NULL OR s.kind || '' <> 'membership') END -- by no index of kinds
             LIMIT CASE WHEN $16 IS NULL THEN $13 ELSE 20000 END) s
     WHERE cc_search_fits(s.record_id, s.tsv, s.keys, $16, NULL, NULL)
     LIMIT $13
), size AS (
    SELECT $7 <> 'relevance' AND count(*) >= $13 AS is_more FROM few
), walk AS MATERIALIZED (
    SELECT w.record_id, w.kind, w.position, w.sort_key, w.keys, 0::real AS rank
      FROM (SELECT * FROM search s
             WHERE s.kind <> 'membership' AND ($3 IS NULL OR s.kind = $3)
               AND ($8 IS NULL OR s.position < $8)
               AND ($9 IS NULL OR (s.sort_key, s.record_id) > ($9, $11))
             ORDER BY CASE WHEN $7 = 'newest' THEN s.position END DESC,
                      CASE WHEN $7 = 'title' THEN s.sort_key END,
                      CASE WHEN $7 = 'title' THEN s.record_id END
             LIMIT 20000) w
     WHERE (SELECT is_more FROM size)
       AND cc_search_fits(w.record_id, w.tsv, w.keys, $1, $21, $5)
     LIMIT $12
), rest AS MATERIALIZED (
    SELECT s.record_id, s.kind, s.position, s.sort_key, s.keys, 0::real AS rank
      FROM (SELECT * FROM search s
             WHERE (SELECT is_more FROM size) AND (SELECT count(*) FROM walk) < $12
               AND ($1 IS NOT NULL OR $21 IS NOT NULL OR $5 IS NOT NULL) -- else the walk is all
               AND cc_search_fits(s.record_id, s.tsv, s.keys, $15,
                                  $4, $5)
               AND ($3 IS NOT NULL OR s.kind || '' <> 'membership')
               AND ($8 IS NULL OR s.position + 0 < $8) -- by no index of the sort
               AND ($9 IS NULL OR (s.sort_key || '', s.record_id || '') > ($9, $11))
             LIMIT CASE WHEN $16 IS NOT NULL THEN 20000 END) s
     WHERE cc_search_fits(s.record_id, s.tsv, s.keys, $16, NULL, NULL)
     ORDER BY CASE WHEN $7 = 'newest' THEN s.position + 0 END DESC,
              CASE WHEN $7 = 'title' THEN s.sort_key || '' END COLLATE "C",
              CASE WHEN $7 = 'title' THEN s.record_id || '' END
     LIMIT $12
), shown AS MATERIALIZED (
    SELECT 'hit' AS part, h.*
      FROM (SELECT * FROM few WHERE NOT (SELECT is_more FROM size)
            UNION ALL
            SELECT * FROM walk WHERE NOT EXISTS (SELECT FROM rest)
            UNION ALL
            SELECT * FROM rest) h
     WHERE ($8 IS NULL OR h.position < $8)
       AND ($9 IS NULL OR (h.sort_key, h.record_id) > ($9, $11))
       AND ($10 IS NULL OR h.rank < $10 OR (h.rank = $10 AND h.record_id > $11))
     ORDER BY CASE WHEN $7 = 'newest' THEN position END DESC, CASE WHEN $7 = 'title' THEN sort_key END,
              CASE WHEN $7 = 'relevance' THEN rank END DESC, record_id
     LIMIT $12
), similar_name AS MATERIALIZED (
    SELECT 'similar' AS part, s.record_id, s.kind, s.position, s.sort_key, s.keys,
           word_similarity($2, s.names) AS rank
      FROM (SELECT * FROM search
             WHERE NOT EXISTS (SELECT FROM few) AND $2 IS NOT NULL AND $14
               AND kind <> 'membership' AND $2 <% names
               AND ($3 IS NULL OR kind = $3)
               AND ($21 IS NULL OR keys @> $21)
             LIMIT 1000) s -- of what half the registry is called nobody can tell the likest in time
     ORDER BY rank DESC, s.record_id
     LIMIT 10
)
SELECT 'total' AS part, 'total' AS a, '' AS b, (SELECT count(*) FROM few)
       || CASE WHEN $16 IS NOT NULL
                    AND EXISTS (SELECT FROM search s
                                 WHERE cc_search_fits(s.record_id, s.tsv, s.keys, $15,
                                                      $4, $5)
                                OFFSET 20000) THEN '+' ELSE '' END AS c, NULL AS d, NULL AS e,
       NULL AS f, NULL AS g, NULL AS h, NULL AS i, NULL AS j, NULL AS k, NULL AS l, NULL AS m
 WHERE $14
UNION ALL
(SELECT 'facet', f.name, f.value, n.records::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM (SELECT key, count(*) AS records FROM (SELECT unnest(keys) AS key FROM few WHERE $14) u GROUP BY key) n
  JOIN facet f ON f.id = n.key
 ORDER BY f.name, n.records DESC, f.value
 LIMIT 1500)
UNION ALL
(SELECT o.part, o.record_id, o.kind, n.lang, n.title, n.acronym, p.stamp,
       translate(s.facets->>'sdg.goal', '[]",', ''),
       CASE WHEN o.kind = 'partnership' THEN
            coalesce((SELECT members FROM member_count c
                       WHERE c.partnership_id = o.record_id AND c.state = 'confirmed'), 0)::text END,
       o.position::text, o.sort_key, o.rank::text,
       translate(coalesce(s.facets->>'country.code', s.facets->>'country'), '[]",', ''),
       translate(s.facets->>'state', '[]",', '')
  FROM (SELECT * FROM shown UNION ALL SELECT * FROM similar_name) o
  JOIN search s USING (record_id)
  JOIN publication p ON p.record_id = o.record_id
 CROSS JOIN LATERAL (SELECT lang, title, acronym FROM record_name r WHERE r.record_id = o.record_id
                      ORDER BY r.lang = $6 DESC, place LIMIT 1) n
 ORDER BY CASE WHEN $7 = 'newest' THEN o.position END DESC, CASE WHEN $7 = 'title' THEN o.sort_key END,
          CASE WHEN $7 = 'relevance' THEN o.rank END DESC, o.record_id)$q$
    USING query, p_name, p_kind, cc_search_ids(p_facets, p_kind), cc_together(p_together), p_lang, p_sort, p_after_position,
          p_after_key, p_after_rank, p_after_id, p_max, p_total, p_counting, cc_search_loose(query), cc_search_phrase(query),
          CASE WHEN p_sort = 'relevance' THEN cc_search_named(p_name, p_kind) END, cc_search_words(p_name),
          cc_search_begins(p_name, ''), cc_search_begins(p_name, E'\n'), cc_facet_ids(p_facets);
END
$fn$;
GRANT EXECUTE ON FUNCTION cc_search(jsonb, text, text, text[], jsonb, text, text, bigint, text, real, text, integer, integer, boolean),
    cc_search_tsv(jsonb), cc_search_config(text), cc_search_quoted(text), cc_search_plainly(text),
    cc_search_word(text, text, boolean), cc_search_query(jsonb, text),
    cc_search_plain(text, text), cc_facet_ids(text[]), cc_search_ids(text[], text), cc_search_words(text),
    cc_search_begins(text, text), cc_search_named(text, text),
    cc_search_loose(tsquery), cc_search_phrase(tsquery), cc_takes_part(text[], text, text[]), cc_together(jsonb),
    cc_search_fits(text, tsvector, integer[], tsquery, integer[], text[]),
    cc_search_rank(text, text, text[], text[], text[], real) TO cc_web, cc_login, cc_job, cc_audit;
