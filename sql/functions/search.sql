-- SPDX-License-Identifier: EUPL-1.2
-- What the search statement (queries/search.sql) asks, and works out before it looks: once for each question.

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
    SELECT CASE WHEN p_text !~ '[а-яѐ-ӿ]' THEN concord.unaccent(p_text)
                WHEN p_text ~ '[à-ÿ]' THEN translate(p_text, 'ёàáâãäåçèéêëìíîïñòóôõöùúûüýÿ',
                                                     'еaaaaaaceeeeiiiinooooouuuuyy')
                ELSE replace(p_text, 'ё', 'е') END -- a tenth of what translate() takes
$$;

-- A lexeme that no text can have: an identifier as it is.
CREATE OR REPLACE FUNCTION cc_search_quoted(p_id text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT '''id:' || replace(replace(p_id, '\', '\\'), '''', '''''') || '''' $$;

-- Names as they are written, each text by the stemmer of its own language, identifiers whole. The
-- texts are blank-separated words already (core/words.c). Small on purpose: a phrase reads it whole. Nothing where
-- there is not even the record's own identifier: of memberships, which no search shows. Behind the first 12,000
-- characters of a language each word is there once, without its place, so that it is found by itself, not in a
-- phrase; 300 KB of such words, as a tsvector holds 1 MB, also of records that were merged.
CREATE OR REPLACE FUNCTION cc_search_tsv(p_projection jsonb) RETURNS tsvector
LANGUAGE plpgsql STABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    search jsonb := p_projection->'search';
    result tsvector;
    t record;
    plain text;
    cut integer;
    further jsonb := '{}';
BEGIN
    IF search->'ids' = '[]' THEN
        RETURN '';
    END IF;
    plain := coalesce(search->>'words', '');
    IF octet_length(plain) > length(plain) THEN -- ASCII is plain already
        plain := cc_search_plainly(plain);
    END IF;
    result := setweight(to_tsvector('simple', plain), 'A');
    FOR t IN SELECT key, value FROM jsonb_each_text(search->'texts') LOOP
        plain := t.value;
        IF length(plain) > 12000 THEN
            cut := 12000 - strpos(reverse(left(plain, 12000)), ' '); -- words are whole
            further := further || jsonb_build_object(t.key, substr(plain, cut + 1));
            plain := left(plain, cut);
        END IF;
        IF octet_length(plain) > length(plain) THEN
            plain := cc_search_plainly(plain);
        END IF;
        result := result || setweight(to_tsvector(cc_search_config(t.key), plain), 'C');
    END LOOP;
    IF further <> '{}' THEN
        FOR t IN SELECT w.key, cc_search_plainly(string_agg(w.word, ' ')) AS words
                   FROM (SELECT f.key, x.word, sum(octet_length(x.word)) OVER (ORDER BY f.key, min(x.place)) AS upto
                           FROM jsonb_each_text(further) f
                          CROSS JOIN unnest(string_to_array(f.value, ' ')) WITH ORDINALITY x(word, place)
                          GROUP BY f.key, x.word) w
                  WHERE w.upto < least(300000, 900000 - pg_column_size(result))
                  GROUP BY w.key LOOP
            result := result || strip(to_tsvector(cc_search_config(t.key), t.words));
        END LOOP;
    END IF;
    RETURN result || coalesce((SELECT string_agg(cc_search_quoted(i.id) || ':' || i.place || 'A', ' ')
                                 FROM jsonb_array_elements_text(search->'ids') WITH ORDINALITY i(id, place)), '')::tsvector;
END
$$;

DROP FUNCTION IF EXISTS cc_search_keys_known(text, jsonb); -- see cc_rows_search()
DROP FUNCTION IF EXISTS cc_search_fits(text, tsvector, integer[], tsquery, integer[], text[]); -- see cc_search()
DROP FUNCTION IF EXISTS cc_search_rank(text, text, text[], text[], text[], real);

DROP FUNCTION IF EXISTS cc_search_word(text, text, boolean), cc_search_word(text, text, boolean, boolean),
    cc_search_query(jsonb, text), cc_search_plain(text, text), cc_search_some(text[], text);

-- Of the languages that share their letters with English, those in which these words are written, whatever the language of
-- the page: one of them is left out of texts of that language only and is hardly a word of another, or has an accent.
-- Whoever asks for "sea" or "UN Women" speaks English, though both are left out of Spanish texts.
CREATE OR REPLACE FUNCTION cc_search_spoken(p_words text[]) RETURNS regconfig[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN ARRAY(
        SELECT c FROM unnest('{french,spanish}'::regconfig[]) c
         WHERE EXISTS (SELECT FROM unnest(p_words) w
                        WHERE lower(w) ~ '[à-öø-ÿœ]'
                           OR (numnode(plainto_tsquery(c, cc_search_plainly(w))) = 0
                               AND numnode(plainto_tsquery('english', w)) = 1
                               AND w <> ALL ('{ai,c,e,era,este,eu,ha,hay,j,m,ma,mes,mi,mis,mon,n,o,os,sa,se,sea,seas,sera,'
                                             'sin,son,sur,ta,ten,ti,ton,un}'::text[]))));
END
$$;

-- One word in every language that its script may be of; NULL when p_keep is false and it is a stop word of English, of a
-- language that the question is in (p_spoken), of the only one of its script, or, in a phrase (p_phrase), of any.
CREATE OR REPLACE FUNCTION cc_search_word(p_word text, p_spoken regconfig[], p_keep boolean, p_phrase boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    word text := cc_search_plainly(p_word);
    result tsquery := plainto_tsquery('simple', word);
    config regconfig;
    part tsquery;
BEGIN
    IF word ~ '^x[0-9a-f]{5}$' THEN -- one character of a script without blanks: any pair that begins so (core/words.c)
        RETURN (word || ':*')::tsquery;
    END IF;
    IF NOT p_keep AND numnode(plainto_tsquery('english', word)) = 0 THEN
        RETURN NULL;
    END IF;
    FOREACH config IN ARRAY CASE
        WHEN word ~ '[а-яѐ-ӿ]' THEN '{russian}'::regconfig[]
        WHEN word ~ '[\u0600-\u06ff]' THEN '{arabic}'::regconfig[]
        WHEN word ~ '[a-z]' AND word !~ '[0-9]' THEN '{english,french,spanish}'::regconfig[]
        ELSE '{}'::regconfig[] END
    LOOP
        part := plainto_tsquery(config, word);
        IF numnode(part) = 0 AND NOT p_keep AND (p_phrase OR config = ANY (p_spoken || '{russian,arabic}')) THEN
            RETURN NULL; -- the texts of that language are without it
        END IF;
        IF numnode(part) > 0 AND position(part::text IN result::text) = 0 THEN
            result := result || part;
        END IF;
    END LOOP;
    IF word ~ '^[وبل][\u0600-\u06ff]{3,}$' THEN -- "and", "by", "for" as typed; texts have their words with and without
        result := result || plainto_tsquery('simple', substr(word, 2));
    END IF;
    RETURN CASE WHEN numnode(result) > 0 THEN result END;
END
$$;

-- p_terms: [{"words":["multi","stakeholder"],"id":"multi-stakeholder","not":true,"phrase":true,"keep":true}]
-- All terms must be there. NULL when there is none; what nothing fits (a lexeme that no document has) when none
-- of them is anything to look for: words that shall not be there do not say what shall.
CREATE OR REPLACE FUNCTION cc_search_query(p_terms jsonb) RETURNS tsquery
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
    gap integer;
    spoken CONSTANT regconfig[] := cc_search_spoken(ARRAY(
        SELECT jsonb_array_elements_text(t->'words') FROM jsonb_array_elements(p_terms) t));
BEGIN
    LOOP
        FOR term IN SELECT t->'words' AS words, t->>'id' AS id,
                           coalesce((t->>'not')::boolean, false) AS is_not,
                           coalesce((t->>'phrase')::boolean, false) AS is_phrase,
                           coalesce((t->>'keep')::boolean, false) AS is_kept
                      FROM jsonb_array_elements(p_terms) t LOOP
            part := NULL;
            gap := 1;
            FOR word IN SELECT jsonb_array_elements_text(term.words) LOOP
                one := cc_search_word(word, spoken, keep OR term.is_kept, term.is_phrase);
                IF one IS NULL THEN -- texts keep the place of what they leave out
                    gap := gap + 1;
                    CONTINUE;
                END IF;
                part := CASE WHEN part IS NULL THEN one
                             WHEN term.is_phrase THEN tsquery_phrase(part, one, gap) ELSE part && one END;
                gap := 1;
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
CREATE OR REPLACE FUNCTION cc_search_plain(p_text text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN cc_search_query(
        (SELECT coalesce(jsonb_agg(jsonb_build_object('words', jsonb_build_array(w))), '[]')
           FROM regexp_split_to_table(lower(left(p_text, 200)), '[^[:alnum:]]+') w WHERE w <> ''));
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

-- What an index knows of a question: words of a phrase, wherever they stand; and the phrase itself, which
-- each of these records is read for. NULL = no phrase.
CREATE OR REPLACE FUNCTION cc_search_loose(p_query tsquery) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN regexp_replace(p_query::text, ' <(-|[0-9]+)> ', ' & ', 'g')::tsquery; END $$;

CREATE OR REPLACE FUNCTION cc_search_phrase(p_query tsquery) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN CASE WHEN p_query::text ~ ' <(-|[0-9]+)> ' THEN p_query END; END $$;

-- The words of a name as it was typed.
CREATE OR REPLACE FUNCTION cc_search_words(p_name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT w FROM regexp_split_to_table(p_name, '[\s"]+') w WHERE w <> '');
END
$$;

-- Those of them that are no stop words, unless all are.
CREATE OR REPLACE FUNCTION cc_search_some(p_words text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    spoken CONSTANT regconfig[] := cc_search_spoken(p_words);
    telling CONSTANT text[] := ARRAY(SELECT w FROM unnest(p_words) w WHERE cc_search_word(w, spoken, false, false) IS NOT NULL);
BEGIN
    RETURN CASE WHEN telling = '{}' THEN p_words ELSE telling END;
END
$$;

-- Patterns of LIKE for names, one a line: that begin with what was typed, behind an article or not (p_end: and go on so).
CREATE OR REPLACE FUNCTION cc_search_begins(p_name text, p_end text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT '%' || E'\n' || article || regexp_replace(btrim(p_name, ' "'), '([\\%_])', '\\\1', 'g') || p_end || '%'
                   FROM unnest(ARRAY['', 'the ', 'le ', 'la ', 'les ', 'l' || chr(39), 'l’', 'el ', 'los ', 'las ']) article);
END
$$;

-- Behind who has the identifier (cc_search_known()): whose name is what was typed, then whose name begins so,
-- then whose name has all the words, then some of them that are no stop words (p_some); of each the partnerships
-- first, then the organisations. Steps are of 0.1: what the words in the texts add is below 0.09, so they are read
-- of those only who may be on the page. An expression for the statement of cc_search(), of which $12 and $13 are
-- cc_search_begins(). Words are looked for by strpos(): LIKE takes twice as long among Cyrillic letters.
DROP FUNCTION IF EXISTS cc_search_tier(text, text, text[], text[], text[], text[]);
CREATE OR REPLACE FUNCTION cc_search_tier(p_words text[], p_some text[]) RETURNS text
LANGUAGE sql IMMUTABLE
AS $fn$
    SELECT format($$CASE WHEN %s THEN (CASE WHEN NOT (%s) THEN 0.5 WHEN NOT E'\n' || s.names LIKE ANY ($12) THEN 1
                                            WHEN E'\n' || s.names || E'\n' LIKE ANY ($13) THEN 3 ELSE 2 END
                                       + CASE s.kind WHEN 'partnership' THEN 0.2 WHEN 'organisation' THEN 0.1 ELSE 0 END)::real
                         ELSE 0::real END$$,
                  (SELECT coalesce(string_agg(format('strpos(s.names, %L) > 0', w), ' OR '), 'false') FROM unnest(p_some) w),
                  (SELECT coalesce(string_agg(format('strpos(s.names, %L) > 0', w), ' AND '), 'true') FROM unnest(p_words) w))
$fn$;

-- The first records of each kind (p_first) whose title or acronym is what was typed or begins so: they are matched before
-- others, of which there may be more than are ranked.
DROP FUNCTION IF EXISTS cc_search_named(text, text);
CREATE OR REPLACE FUNCTION cc_search_named(p_name text, p_kind text, p_first integer) RETURNS text[]
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
         CROSS JOIN LATERAL (SELECT o.record_id
                               FROM (SELECT s.record_id FROM search s
                                      WHERE s.kind = k.value AND s.kind <> 'membership'
                                        AND s.sort_key >= b.key AND s.sort_key < b.key || chr(1114111)
                                      ORDER BY s.sort_key, s.record_id LIMIT 50) o -- planned for few; p_first is not known then
                              LIMIT p_first) n
         WHERE k.name = 'kind' AND (p_kind IS NULL OR k.value = p_kind) AND plain <> ''
        UNION
        (SELECT record_id FROM record_name WHERE lower(acronym) = p_name ORDER BY record_id || '' LIMIT 100));
END
$$;

-- What waits in the list of the index of words (migrations/0400_pending.sql) is entered into it, beside those who search
-- and publish; that stays done, whatever becomes of the transaction. Returns pages. The list of an index of a million
-- records needs so much memory to be worth its length.
CREATE OR REPLACE FUNCTION cc_search_tidy() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = concord, pg_temp SET maintenance_work_mem = '64MB'
AS $$ SELECT gin_clean_pending_list('search_match_i'::regclass) $$;
GRANT EXECUTE ON FUNCTION cc_search_tidy() TO cc_web, cc_job;

-- The record that has this identifier, and organisations that are known by it elsewhere.
CREATE OR REPLACE FUNCTION cc_search_known(p_name text, p_kind text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
BEGIN
    IF p_name !~ '^"?[^ "]*[0-9][^ "]*"?$' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT record_id FROM search
         WHERE record_id = upper(btrim(p_name, '"')) AND kind <> 'membership' AND (p_kind IS NULL OR kind = p_kind)
        UNION ALL
        (SELECT record_id FROM search
          WHERE tsv @@ cc_search_quoted(btrim(p_name, '"'))::tsquery AND keys @> cc_facet_ids('{kind=organisation}')
            AND upper(btrim(p_name, '"')) !~ '^[POMCA][0-9A-Z]{13}$' AND (p_kind IS NULL OR kind = p_kind)
          LIMIT 25));
END
$$;

DROP FUNCTION IF EXISTS cc_takes_part(text[], text, text[]); -- see cc_together()

-- What any of these organisations takes part in, in a role; NULL = in any.
-- Who declined, contested or left does not take part; who was asked is shown as asked.
CREATE OR REPLACE FUNCTION cc_takes_part(p_ids text[], p_role text) RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT m.partnership_id FROM member m
     WHERE m.organisation_id = ANY (p_ids) AND m.state IN ('confirmed', 'invited', 'proposed')
       AND (p_role IS NULL OR p_role = ANY (string_to_array(m.roles, ' ')))
    UNION
    SELECT e.from_id FROM edge e
     WHERE e.to_id = ANY (p_ids) AND e.kind NOT IN ('membership', 'organisation')
       AND (p_role IS NULL
            OR EXISTS (SELECT FROM cc_edge_roles(e.from_id, e.to_id, e.kind, e.field, e.role, e.state) r
                        WHERE r.code = p_role))
$$;

-- The published organisations that are meant by {"id":"O.."}, or by {"name":"folded text"}: an identifier that they have
-- elsewhere, else their whole name or acronym. Of those that were merged, the ones that they became. Ten of them, always the
-- same: who has it himself before whom another became, by name before by acronym.
CREATE OR REPLACE FUNCTION cc_search_who(p_asked jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    found text[];
BEGIN
    IF p_asked ? 'id' THEN
        RETURN ARRAY(SELECT s.record_id FROM search_name s
                      WHERE s.record_id = coalesce((SELECT m.became FROM merged m WHERE m.record_id = p_asked->>'id'), p_asked->>'id')
                        AND s.kind = 'organisation');
    END IF;
    found := ARRAY(SELECT s.record_id
                     FROM told_identifier t
                     LEFT JOIN merged g ON g.record_id = t.record_id
                     JOIN search_name s ON s.record_id = coalesce(g.became, t.record_id) AND s.kind = 'organisation'
                    WHERE t.key = cc_iati_key(p_asked->>'name')
                    GROUP BY s.record_id
                    ORDER BY bool_and(g.became IS NOT NULL), s.record_id LIMIT 10);
    RETURN CASE WHEN found <> '{}' THEN found
                ELSE ARRAY(SELECT s.record_id FROM search_name s
                            WHERE s.kind = 'organisation'
                              AND s.names LIKE '%' || replace(replace(replace(p_asked->>'name', '\', '\\'),
                                                                      '%', '\%'), '_', '\_') || '%'
                              AND p_asked->>'name' = ANY (string_to_array(s.names, E'\n'))
                            ORDER BY array_position(string_to_array(s.names, E'\n'), p_asked->>'name'), s.record_id LIMIT 10) END;
END
$$;

-- What all of these organisations (cc_search_who()) take part in, each in its `role` if there is one; at most 20,000.
CREATE OR REPLACE FUNCTION cc_together(p_organisations jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = concord, pg_temp
AS $$
DECLARE
    most CONSTANT integer := CASE WHEN jsonb_array_length(p_organisations) = 1 THEN 20000 END;
    wanted record;
    found text[];
BEGIN
    FOR wanted IN
        SELECT cc_search_who(o) AS ids, o->>'role' AS role
          FROM jsonb_array_elements(p_organisations) o
    LOOP
        found := CASE WHEN found IS NULL
                      THEN ARRAY(SELECT t FROM cc_takes_part(wanted.ids, wanted.role) t LIMIT most)
                      ELSE ARRAY(SELECT unnest(found) INTERSECT SELECT t FROM cc_takes_part(wanted.ids, wanted.role) t) END;
    END LOOP;
    RETURN found[:20000];
END
$$;

-- By what a hit is told from others of its title, and whether it counts as illustrative, see `search` in sql/queries/search.sql.
CREATE OR REPLACE FUNCTION cc_search_about(p_id text, p_kind text, p_lang text, p_facets jsonb)
RETURNS TABLE (n text, o text, p text, q text, r text)
LANGUAGE sql STABLE ROWS 1
AS $$
    SELECT CASE WHEN p_facets ? 'illustrative' OR i.is_told_so THEN 'true' END, w.lang, w.title, p_facets->'type'->>0,
           CASE WHEN p_kind = 'organisation' THEN (SELECT min(t.ref) FROM told_identifier t WHERE t.record_id = p_id) END
      FROM (SELECT) one
      LEFT JOIN LATERAL (SELECT e.to_id FROM edge e
                          WHERE p_kind <> 'organisation' AND e.from_id = p_id
                            AND e.field = CASE p_kind WHEN 'activity' THEN 'reporting.organisation'
                                                      WHEN 'commitment' THEN 'maker' WHEN 'partnership' THEN 'host' END
                          ORDER BY e.to_id LIMIT 1) e ON true
      LEFT JOIN LATERAL ((SELECT m.lang, m.title FROM record_name m WHERE m.record_id = e.to_id AND m.lang = p_lang)
                         UNION ALL -- asked only where there is none
                         (SELECT m.lang, m.title FROM record_name m WHERE m.record_id = e.to_id ORDER BY m.place LIMIT 1)
                         LIMIT 1) w ON true
     CROSS JOIN LATERAL cc_illustrative_by(p_id, p_kind) i
$$;

-- What the statement `search` (sql/queries/search.sql) asks, in steps. What the question says is worked out once. A step
-- that reads many rows is planned for just the conditions that are there, and is not taken where the one before found
-- enough; what is shown of a page is looked up by one that is planned once for each connection.
-- Match: what fits as one index gives it, those with the name first, and its numbers. All of it sorts by rank: by names
-- first (above: how many have a better one), those that may be on the page also by number and place of the words. All
-- of what fits, when that is less than p_total, sorts by anything. Of more, the page is found in the order of the sort,
-- where it is near (walk); if it is not, everything that fits is sorted (rest). So no question reads more than what
-- fits, or the words of more than 20,000. Which of more are ranked is as the table has them, since to sort them all first
-- would be to read them all: its first ones, as a bitmap of the index is read. Where these end (table and place) goes with
-- the rank to the next page, which matches up to there, so that what is inserted before pushes none of them out; after a
-- reindex it is another table, and they are chosen anew. For a phrase so many are read that have all of its words, until
-- 501 have it; where there may be more, total says "120+".
DROP FUNCTION IF EXISTS cc_search(jsonb, text, text, text[], jsonb, text, text, bigint, text, real, text, integer, integer, boolean);
CREATE OR REPLACE FUNCTION cc_search(
    p_terms jsonb, p_name text, p_kind text, p_facets text[], p_together jsonb, p_lang text, p_sort text,
    p_after_position bigint, p_after_key text, p_after_rank text, p_after_id text, p_max integer, p_total integer,
    p_counting boolean)
RETURNS TABLE (part text, a text, b text, c text, d text, e text, f text, g text, h text, i text, j text, k text, l text, m text,
               n text, o text, p text, q text, r text)
LANGUAGE plpgsql -- volatile: each of its statements sees the tables as they are, also beside a switch
AS $fn$
DECLARE
    query CONSTANT tsquery := cc_search_query(p_terms);
    loose CONSTANT tsquery := cc_search_loose(query);
    phrase CONSTANT tsquery := cc_search_phrase(query);
    ids CONSTANT integer[] := cc_search_ids(p_facets, p_kind);
    chosen CONSTANT text[] := ARRAY(SELECT name FROM facet WHERE id = ANY (ids));
    together CONSTANT text[] := cc_together(p_together);
    ranked CONSTANT boolean := p_sort = 'relevance' AND query IS NOT NULL;
    most CONSTANT integer := CASE WHEN phrase IS NULL THEN p_total ELSE least(p_total, 501) END;
    after_rank CONSTANT real := split_part(p_after_rank, ' ', 1); -- and where that page's match ended:
    end_table CONSTANT oid := nullif(split_part(p_after_rank, ' ', 2), '');
    end_place CONSTANT tid := nullif(split_part(p_after_rank, ' ', 3), '');
    everything CONSTANT boolean := query IS NULL AND p_facets IS NULL AND together IS NULL;
    by_id CONSTANT boolean := cardinality(together) <= 5000 OR (query IS NULL AND ids IS NULL AND together IS NOT NULL);
    -- conditions: $1 words, $2 numbers, $3 records, $4 phrase; without an index of kinds unless it is by kind alone
    whole CONSTANT text := CASE WHEN p_kind IS NULL THEN 's.kind <> ''membership''' ELSE 's.kind <> ''membership'' AND s.kind = $5' END;
    late CONSTANT text[] := CASE WHEN 'role' = ANY (chosen) THEN cc_roles_late(ids) ELSE '{}' END;
    words CONSTANT text := CASE WHEN query IS NULL THEN '' ELSE ' AND s.tsv @@ $1' END
                        || CASE WHEN ids IS NULL THEN '' WHEN late = '{}' THEN ' AND s.keys @> $2'
                                ELSE format(' AND (s.keys @> $2 OR s.record_id = ANY (%L))', late) END;
    among CONSTANT text := CASE WHEN together IS NULL THEN '' ELSE ' AND (s.record_id IN (SELECT unnest($3))) IS TRUE' END;
    -- all of what may be of an organisation; later pages have room for what came since
    take CONSTANT integer := CASE WHEN NOT ranked THEN most WHEN by_id THEN 5001 WHEN after_rank IS NOT NULL THEN 2 * most ELSE most END;
    is_within CONSTANT boolean := ranked AND end_place IS NOT NULL AND by_id IS NOT TRUE;
    exact CONSTANT text := CASE WHEN phrase IS NULL THEN '' ELSE ' AND s.tsv @@ $4' END;
    source CONSTANT text := CASE WHEN by_id THEN ' FROM unnest($3) t(id) JOIN search s ON s.record_id = t.id WHERE '
                                 ELSE ' FROM search s WHERE ' END
                         || CASE WHEN everything THEN whole
                                 ELSE 's.kind || '''' <> ''membership''' || words || CASE WHEN by_id THEN '' ELSE among END END;
    read CONSTANT text := 'SELECT s.record_id, s.kind, s.position, s.sort_key, s.keys'
                       || CASE WHEN p_counting AND EXISTS (SELECT FROM role_late)
                               THEN ' || coalesce((SELECT keys FROM role_late l WHERE l.record_id = s.record_id), ''{}'') AS keys'
                               ELSE '' END
                       || CASE WHEN ranked THEN ', s.tableoid AS "table", s.ctid AS at, s.names' ELSE '' END
                       || CASE WHEN phrase IS NOT NULL THEN ', s.tsv' ELSE '' END;
    far CONSTANT text := CASE WHEN phrase IS NULL THEN '' WHEN NOT is_within THEN ' LIMIT 20000' ELSE ' LIMIT 40000' END;
    -- first up to a number of rows, then up to the end: asked by the end, all would be read
    rest CONSTANT text := CASE WHEN is_within THEN 'SELECT * FROM (' ELSE '' END || read || source;
    within CONSTANT text := CASE WHEN is_within THEN ' LIMIT ' || CASE WHEN phrase IS NULL THEN 2 * most ELSE 40000 END
                                                     || ') s WHERE (s."table" <> $19 OR s.at <= $20)' ELSE '' END;
    "order" CONSTANT text := CASE p_sort WHEN 'relevance' THEN 's.rank DESC, s.record_id' WHEN 'newest' THEN 's.position DESC'
                                         ELSE 's.sort_key, s.record_id' END;
    after CONSTANT text := CASE WHEN p_after_position IS NOT NULL THEN ' AND s.position < $6'
                                WHEN p_after_key IS NOT NULL THEN ' AND (s.sort_key, s.record_id) > ($7, $9)'
                                WHEN after_rank IS NOT NULL THEN ' AND (s.rank < $8 OR (s.rank = $8 AND s.record_id > $9))'
                                ELSE '' END;
    -- the same by no index of the sort
    unordered CONSTANT text := replace(replace(replace(after, 's.position', 's.position + 0'), '(s.sort_key', '(s.sort_key || '''''),
                                       's.record_id)', 's.record_id || '''')');
    known CONSTANT text[] := CASE WHEN ranked THEN cc_search_known(p_name, p_kind) END;
    names CONSTANT text[] := CASE WHEN ranked THEN known || cc_search_named(p_name, p_kind, CASE WHEN after_rank IS NULL THEN 25 ELSE 50 END) END;
    -- of those that the first page had not, only what it had found by other words is counted, as it did
    late_names CONSTANT text[] := CASE WHEN is_within AND p_counting
        THEN ARRAY(SELECT unnest(names) EXCEPT SELECT unnest(known || cc_search_named(p_name, p_kind, 25))) END;
    typed CONSTANT text[] := CASE WHEN ranked THEN cc_search_words(p_name) END;
    begins CONSTANT text[] := CASE WHEN ranked THEN cc_search_begins(p_name, '') END;
    whole_names CONSTANT text[] := CASE WHEN ranked THEN cc_search_begins(p_name, E'\n') END;
    -- the organisation whose role may be chosen next: of roles only its own are counted
    whose CONSTANT text[] := CASE WHEN p_counting AND p_together->0 ? 'first' AND NOT p_together->0 ? 'role'
                                  THEN cc_search_who(p_together->0) END;
    statement text;
    found bigint;
    is_similar boolean := false;
    telling boolean;
    more text := '';
    keys text; -- of all records that were matched, one behind the other
    role_keys integer[];
    role_records bigint[];
    shown text[];
    ranks real[];
    match_end text;
    is_kept boolean;
    is_cut boolean;
BEGIN
    statement := 'WITH few AS MATERIALIZED (SELECT s.record_id, s.position, s.sort_key, s.keys'
        || CASE WHEN ranked THEN ', s."table", s.at, CASE WHEN s.record_id = ANY ($17) THEN 4 ELSE '
                                 || cc_search_tier(typed, cc_search_some(typed)) || ' END AS tier' ELSE '' END || ' FROM ('
        || CASE WHEN cardinality(names) > 0
                THEN read || source || ' AND s.record_id = ANY ($11) UNION ALL ' || rest || ' AND s.record_id <> ALL ($11)'
                ELSE rest END || within || far || ') s WHERE true' || exact || ' LIMIT $14), ranked AS ('
        || CASE WHEN ranked
                THEN 'SELECT s.record_id, s.position, s.sort_key, (s.tier + 0.09 *
                          (SELECT ts_rank(''{0.05,0.1,0.2,1}'', r.tsv, $10, 1) FROM search r WHERE r.ctid = s.at))::real AS rank
                        FROM (SELECT *, rank() OVER (PARTITION BY tier > $8 - 0.09 ORDER BY tier DESC) AS above
                                FROM few WHERE $8 IS NULL OR tier <= $8) s
                       WHERE s.above <= $15 OR s.tier > $8 - 0.09'
                ELSE 'SELECT record_id, position, sort_key, 0::real AS rank FROM few' END
        || '), page AS MATERIALIZED (SELECT s.record_id, s.rank FROM ranked s WHERE true' || after
        || ' ORDER BY ' || "order" || ' LIMIT $15)'
        || CASE WHEN whose IS NOT NULL THEN ', taken AS MATERIALIZED ('
                     || ' SELECT e.from_id AS record_id, e.kind, e.field, e.role, e.state FROM edge e JOIN few ON few.record_id = e.from_id'
                     || '  WHERE e.to_id = ANY ($18) AND e.kind NOT IN (''membership'', ''organisation'')'
                     || ' UNION ALL SELECT m.partnership_id, ''membership'', ''partnership'', m.roles, m.state FROM member m'
                     || '  JOIN few ON few.record_id = m.partnership_id WHERE m.organisation_id = ANY ($18)),'
                     || ' code AS (SELECT DISTINCT t.*, r.code FROM (SELECT DISTINCT kind, field, role, state FROM taken) t'
                     || '  CROSS JOIN LATERAL cc_edge_roles(t.kind, t.kind, t.kind, t.field, t.role, t.state) r)'
                ELSE '' END
        || ' SELECT (SELECT count(*) FROM few), (SELECT string_agg(keys::text, '''') FROM few WHERE $16'
        || CASE WHEN late_names <> '{}' THEN ' AND (record_id <> ALL ($21) OR ("table" = $19 AND at <= $20))' ELSE '' END || '), p.ids, p.ranks, '
        || CASE WHEN ranked THEN '(SELECT max("table") || '' '' || max(at) FROM few WHERE record_id <> ALL ($11))' ELSE 'NULL' END
        || CASE WHEN whose IS NULL THEN ', NULL, NULL' ELSE ', r.keys, r.records' END
        || ' FROM (SELECT array_agg(record_id) AS ids, array_agg(rank) AS ranks FROM page) p'
        || CASE WHEN whose IS NOT NULL
                THEN ', (SELECT coalesce(array_agg(id), ''{}'') AS keys, coalesce(array_agg(n), ''{}'') AS records
                           FROM (SELECT f.id, count(DISTINCT t.record_id) AS n FROM taken t JOIN code c USING (kind, field, role, state)
                                   JOIN facet f ON f.name = ''role'' AND f.value = c.code GROUP BY f.id) g) r'
                ELSE '' END;
    EXECUTE statement INTO found, keys, shown, ranks, match_end, role_keys, role_records
      USING loose, ids, together, phrase, p_kind, p_after_position, p_after_key, after_rank, p_after_id, query,
            names, begins, whole_names, take, p_max, p_counting, known, whose, end_table, end_place, late_names;
    is_kept := is_within AND coalesce(split_part(match_end, ' ', 1)::oid = end_table, true);
    IF is_kept AND phrase IS NULL THEN
        found := greatest(found, most); -- as the first page said
    ELSIF is_kept THEN
        more := '+';
    ELSIF phrase IS NOT NULL AND p_counting AND found < most THEN
        EXECUTE 'SELECT ''+'' WHERE EXISTS (SELECT' || source || ' OFFSET 20000)' INTO more
          USING loose, ids, together, phrase, p_kind;
    END IF;
    is_cut := is_kept OR (ranked AND by_id IS NOT TRUE AND (found >= take OR more = '+') IS TRUE);
    match_end := CASE WHEN is_kept THEN end_table || ' ' || end_place WHEN is_cut THEN match_end END;

    IF p_sort <> 'relevance' AND found >= most THEN
        EXECUTE 'SELECT array_agg(record_id) FROM (SELECT s.record_id FROM (SELECT s.* FROM search s WHERE ' || whole || after
             || ' ORDER BY ' || "order" || ' LIMIT 20000) s WHERE true' || words || among || exact || ' LIMIT $10) s'
           INTO shown
          USING loose, ids, together, phrase, p_kind, p_after_position, p_after_key, after_rank, p_after_id, p_max;
        IF NOT everything AND coalesce(cardinality(shown), 0) < p_max THEN -- else the walk is all
            EXECUTE 'SELECT array_agg(record_id) FROM (SELECT s.record_id FROM (' || read || source || unordered || far
                 || ') s WHERE true' || exact || ' ORDER BY ' || "order" || ' LIMIT $10) s'
               INTO shown
              USING loose, ids, together, phrase, p_kind, p_after_position, p_after_key, after_rank, p_after_id, p_max;
        END IF;
        ranks := NULL;
    ELSIF found = 0 AND p_name IS NOT NULL AND p_counting THEN
        EXECUTE 'SELECT array_agg(record_id), array_agg(rank)
                   FROM (SELECT s.record_id, word_similarity($1, s.names) AS rank
                           FROM (SELECT s.record_id, s.kind, s.names FROM search_name s
                                  WHERE $1 <% s.names AND ($3 IS NULL OR s.record_id = ANY ($3))
                                    AND ($2 IS NULL OR EXISTS (SELECT FROM search k WHERE k.record_id = s.record_id
                                                                AND (k.keys @> $2 OR k.record_id = ANY ($4))))
                                  LIMIT 1000) s -- of what half the registry is called nobody can tell the likest in time
                          -- of those that are alike partnerships, then organisations, and the shortest first
                          ORDER BY round(word_similarity($1, s.names)::numeric, 2) DESC, s.kind = ''partnership'' DESC, s.kind = ''organisation'' DESC,
                                   length(s.names), s.record_id LIMIT 10) s'
           INTO shown, ranks USING p_name, ids, together, late;
        is_similar := true;
    END IF;
    telling := p_counting OR (ranked AND found >= most); -- so that the last page can say that there are more
    IF phrase IS NOT NULL AND telling AND found >= most THEN
        more := '+';
        found := most - 1;
    END IF;

    RETURN QUERY
    SELECT 'total', 'total', CASE WHEN is_cut THEN 'cut' ELSE '' END, found || coalesce(more, ''),
           keys, role_keys::text, role_records::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
     WHERE telling
    UNION ALL
    (SELECT CASE WHEN is_similar THEN 'similar' ELSE 'hit' END, s.record_id, s.kind, n.lang, n.title, n.acronym, p.stamp,
            translate(s.facets->>'sdg.goal', '[]",', ''),
            CASE WHEN s.kind = 'partnership' THEN
                 coalesce((SELECT q.members FROM member_count q
                            WHERE q.partnership_id = s.record_id AND q.state = 'confirmed'), 0)::text END,
            s.position::text, s.sort_key, concat_ws(' ', coalesce(o.rank, 0), match_end),
            translate(coalesce(s.facets->>'country.code', s.facets->>'country'), '[]",', ''),
            translate(s.facets->>'state', '[]",', ''), x.n, x.o, x.p, x.q, x.r
       FROM unnest(shown, ranks) WITH ORDINALITY o(id, rank, place)
       JOIN search s ON s.record_id = o.id
       JOIN publication p ON p.record_id = o.id
      CROSS JOIN LATERAL ((SELECT r.lang, r.title, r.acronym FROM record_name r WHERE r.record_id = o.id AND r.lang = p_lang)
                          UNION ALL -- asked only where there is none
                          (SELECT r.lang, r.title, r.acronym FROM record_name r WHERE r.record_id = o.id ORDER BY r.place LIMIT 1)
                          LIMIT 1) n
       LEFT JOIN LATERAL cc_search_about(s.record_id, s.kind, p_lang, s.facets) x ON true
      ORDER BY o.place);
END
$fn$;
-- Behind a search that counts: how many of its records have which value of which facet. p_keys and p_records: its numbers,
-- counted by the program, which takes half of the time of GROUP BY; p_role_keys and p_role_records: those of roles, where
-- the search counted them by itself; p_many: not all that fits was counted.
CREATE OR REPLACE FUNCTION cc_search_facets(p_keys integer[], p_records bigint[], p_role_keys integer[], p_role_records bigint[],
                                            p_facets text[], p_kind text, p_many boolean)
RETURNS TABLE (name text, value text, records text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    ids CONSTANT integer[] := cc_search_ids(p_facets, p_kind);
    chosen CONSTANT text[] := ARRAY(SELECT f.name FROM facet f WHERE f.id = ANY (ids));
BEGIN
    RETURN QUERY
    (SELECT t.name, t.value, n.records::text
       FROM (SELECT k.id, k.records, p_role_keys IS NOT NULL AS is_told_apart FROM unnest(p_keys, p_records) k(id, records)
             UNION ALL
             SELECT k.id, k.records, false FROM unnest(p_role_keys, p_role_records) k(id, records)) n
       JOIN facet t ON t.id = n.id AND NOT (n.is_told_apart AND t.name = 'role')
      WHERE (t.name <> ALL (chosen)) IS NOT FALSE OR t.id = ANY (ids)
      ORDER BY t.name, n.records DESC, t.value
      LIMIT 1500)
    UNION ALL -- another choice takes the place of this one: what it gives was not counted; and of what no code list has, what
              -- may be beside so many that not all were counted
    (SELECT t.name, t.value, ''
       FROM facet t
      WHERE t.value <> 'membership'
        AND ((t.name = ANY (chosen) AND t.id <> ALL (ids))
             OR (p_many AND t.name IN ('kind', 'year') AND (t.name <> ALL (chosen)) IS NOT FALSE AND t.id <> ALL (p_keys)))
      ORDER BY t.name, t.value
      LIMIT 1000);
END
$$;
GRANT EXECUTE ON FUNCTION cc_search(jsonb, text, text, text[], jsonb, text, text, bigint, text, text, text, integer, integer, boolean),
    cc_search_tsv(jsonb), cc_search_config(text), cc_search_quoted(text), cc_search_plainly(text),
    cc_search_word(text, regconfig[], boolean, boolean), cc_search_spoken(text[]), cc_search_query(jsonb),
    cc_search_plain(text), cc_facet_ids(text[]), cc_search_ids(text[], text), cc_search_words(text),
    cc_search_begins(text, text), cc_search_named(text, text, integer), cc_search_known(text, text),
    cc_search_loose(tsquery), cc_search_phrase(tsquery), cc_takes_part(text[], text), cc_search_who(jsonb), cc_together(jsonb),
    cc_search_tier(text[], text[]), cc_search_some(text[]),
    cc_search_facets(integer[], bigint[], integer[], bigint[], text[], text, boolean),
    cc_search_about(text, text, text, jsonb) TO cc_web, cc_login, cc_job, cc_audit;
