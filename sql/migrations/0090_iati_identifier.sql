-- SPDX-License-Identifier: EUPL-1.2
-- Identifiers in IATI that the registry made: for ever what they were when they could first be made, whatever
-- becomes of the host or of its identifiers (cc_iati_fix() in sql/functions/iati.sql).

-- The primary identifier of an organisation as IATI writes it, out of its published content; NULL = none.
-- UNGM is no register that IATI knows. As cc_iati_org_ref() in cgi/xml/iati_out.c.
CREATE FUNCTION cc_iati_ref(content text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN starts_with(value, m[1] || '-') THEN value ELSE m[1] || '-' || value END
      FROM regexp_match(content, '<identifier primary="true" scheme="([^"]*)">([^<]*)</identifier>') m
     CROSS JOIN LATERAL (SELECT replace(replace(replace(m[2], '&lt;', '<'), '&gt;', '>'), '&amp;', '&')) v(value)
     WHERE m[1] <> 'UNGM'
$$;

CREATE TABLE iati_identifier (
    record_id text PRIMARY KEY,
    identifier text NOT NULL,
    ref text NOT NULL -- of who reported then: what the identifier begins with
);
GRANT SELECT ON iati_identifier TO cc_web, cc_login, cc_job, cc_audit;

INSERT INTO iati_identifier (record_id, identifier, ref)
SELECT p.record_id, cc_iati_ref(o.content) || '-' || p.record_id, cc_iati_ref(o.content)
  FROM publication p
  JOIN revision r ON r.record_id = p.record_id AND r.number = p.revision
  JOIN publication o ON o.state = 'published' AND o.record_id =
       coalesce((SELECT e.to_id FROM edge e
                  WHERE e.from_id = p.record_id AND e.field IN ('reporting.organisation', 'host') LIMIT 1),
                r.publisher)
 WHERE p.state = 'published' AND p.kind IN ('activity', 'partnership') AND p.content NOT LIKE '%<iati-identifier>%'
   AND cc_iati_ref(o.content) IS NOT NULL;
