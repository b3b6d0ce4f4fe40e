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
GRANT EXECUTE ON FUNCTION cc_search_tsv(jsonb), cc_search_config(text), cc_search_quoted(text), cc_search_plainly(text),
    cc_search_word(text, text, boolean), cc_search_query(jsonb, text),
    cc_search_plain(text, text), cc_facet_ids(text[]), cc_search_ids(text[], text), cc_search_words(text),
    cc_search_begins(text, text), cc_search_named(text, text),
    cc_search_loose(tsquery), cc_search_phrase(tsquery), cc_takes_part(text[], text, text[]), cc_together(jsonb),
    cc_search_fits(text, tsvector, integer[], tsquery, integer[], text[]),
    cc_search_rank(text, text, text[], text[], text[], real) TO cc_web, cc_login, cc_job, cc_audit;
