-- SPDX-License-Identifier: EUPL-1.2
-- A document has several categories and several languages: lists in the order in which they were given.

-- 1 to 30 items of this form (a regular expression that matches no blank), none twice. In one expression
-- without a sub-select, so that it becomes part of the constraint and costs no call.
CREATE FUNCTION cc_is_list(items text[], form text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT array_to_string(items, ' ') ~ ('^' || form || '( ' || form || ')*$') AND cardinality(items) <= 30
       AND cardinality(items) = cardinality(string_to_array(array_to_string(items, ' '), ' '))
       AND (cardinality(items) = 1 OR array_to_string(items, ' ') !~ '(^| )([^ ]+) ([^ ]+ )*\2( |$)')
$$;
GRANT EXECUTE ON FUNCTION cc_is_list(text[], text) TO PUBLIC;

ALTER TABLE record_document
    ALTER category TYPE text[] USING CASE WHEN category IS NOT NULL THEN ARRAY[category::text] END,
    ALTER language TYPE text[] USING CASE WHEN language IS NOT NULL THEN ARRAY[language] END;
ALTER TABLE record_document
    ADD CONSTRAINT ck_record_document_category
        CHECK (cc_is_list(category, '[A-Za-z0-9][A-Za-z0-9._-]{0,59}')),
    ADD CONSTRAINT ck_record_document_language
        CHECK (cc_is_list(language, '[a-z]{2,8}(-[A-Za-z0-9]{1,8})*'));
