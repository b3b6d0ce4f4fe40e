-- SPDX-License-Identifier: EUPL-1.2
-- What the record's XML tells besides the documents: the registry chain's link at its position and the
-- feed's stamp as documents write it. Here they cost nothing to read; a look-up in the feed and a
-- formatted instant took a third of the statement's time.
ALTER TABLE publication ADD link text, ADD stamp text;
UPDATE publication p SET link = f.link, stamp = to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM feed f WHERE f.position = p.position;
ALTER TABLE publication ALTER link SET NOT NULL, ALTER stamp SET NOT NULL;
